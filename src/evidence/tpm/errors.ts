import { SextantError } from '../../bytes/errors.ts';

/** What can go wrong in this room that is neither bad bytes (FormatError) nor a failed check (data). */
export type TpmCode =
  /** Evidence lacks a part without which nothing can be judged; `path` names it. */
  | 'tpm_part_missing'
  /** A public key whose numbers are not a key: a point off its curve, an impossible modulus. */
  | 'tpm_key_unusable'
  /** The endorsement key cannot receive credentials: wrong kind, or without the symmetric cipher to protect them. */
  | 'tpm_ek_unsuitable'
  /** Randomness or a secret of the wrong length was supplied: a fault of the caller, not of the evidence. */
  | 'tpm_bad_argument'
  /** A credential whose integrity value does not match: made for another key, another AK, or altered. */
  | 'tpm_credential_rejected';

export class TpmError extends SextantError<TpmCode> {}
