import type { Binding } from '../../protocol/session.ts';
import type { TpmQuote } from '../tpm/verify.ts';

/**
 * One submission, authentic: made for this session, by this host's enrolled attestation key, in one piece. It says what
 * state the host was in at some instant after the nonce was issued, not whether that state is a good one.
 */
export type HostEvidence = {
  readonly binding: Binding;
  readonly tpm: TpmQuote;
  /** What was submitted, by content. */
  readonly items: readonly ItemName[];
};

export type ItemName = { readonly label: string; readonly mediaType: string; readonly sha256: string };
