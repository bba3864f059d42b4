import { SextantError } from '../bytes/errors.ts';

export type LandmarkCode =
  | 'key_unreadable'
  /** Others may read the key: it is not this landmark's alone. */
  | 'key_exposed'
  /** A verifier's permit keys cannot be had, or are none. */
  | 'permit_keys_unusable'
  | 'peers_unusable'
  /** An address cannot be listened on. */
  | 'listen_failed';

/** Why a landmark cannot start or go on; `mend` says what a person can do about it, in one sentence. */
export class LandmarkError extends SextantError<LandmarkCode> {
  readonly mend: string;

  constructor(code: LandmarkCode, message: string, mend: string, cause?: unknown) {
    super(code, message, { cause });
    this.mend = mend;
  }
}
