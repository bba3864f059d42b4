import type { Binding } from '../../protocol/session.ts';
import type { PcrBank } from './tpm-item.ts';

/** What the TPM signed of the host's state, after its signature and digest held. */
export type QuotedState = {
  /** Exactly the PCRs of the signed selection, and their values. */
  readonly pcrs: ReadonlyMap<PcrBank, ReadonlyMap<number, Uint8Array>>;
  /** Milliseconds during which the TPM was powered (TPMS_CLOCK_INFO, Part 2, 10.11.1). */
  readonly clock: bigint;
  readonly resetCount: number;
  readonly restartCount: number;
  readonly firmwareVersion: bigint;
};

/**
 * One submission, authentic: made for this session, by this host's enrolled attestation key, in one piece. It says what
 * state the host was in at some instant after the nonce was issued, not whether that state is a good one.
 */
export type HostEvidence = {
  readonly binding: Binding;
  readonly tpm: QuotedState;
  /** What was submitted, by content. */
  readonly items: readonly ItemName[];
};

export type ItemName = { readonly label: string; readonly mediaType: string; readonly sha256: string };
