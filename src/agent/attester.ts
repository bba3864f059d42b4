import type { Item } from '../evidence/bundle/cmw.ts';
import type { ActivationRequest, EnrolmentRequest, TeeEvidenceRequest } from '../protocol/enrolment.ts';
import type { Measured } from './measure.ts';
import type { Client } from './verifier/client.ts';

/** By what a host proves its state. */
export const EVIDENCE_KINDS = ['tpm', 'tdx', 'snp', 'azure'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/**
 * Evidence for one session, over the commitment to the binding and to what came before; empty where there is none.
 *
 * @param binding the bytes of the item `binding`
 * @param earlier items of the bundle that exist by now, the binding aside
 */
export type Collector = (binding: Uint8Array, earlier: readonly Item[]) => Promise<readonly Item[]>;

/** The second step of an enrolment: what answers the verifier's challenge, and where it belongs. */
export type ChallengeAnswer = {
  readonly enrolmentId: string;
  /** After that instant the challenge counts for nothing. */
  readonly expiresAt: string;
} & (
  | { readonly step: 'activation'; readonly body: ActivationRequest }
  | { readonly step: 'evidence'; readonly body: TeeEvidenceRequest }
);

/** What of a machine vouches for it: a TPM, or the hardware under a confidential guest. Every method throws AgentError. */
export interface Attester {
  readonly kind: EvidenceKind;
  /** What an enrolment begins with, but for the label that people give the host. */
  describe(): Promise<EnrolmentRequest>;
  /** @param challenge the verifier's answer to that, unread: each kind has a challenge of its own */
  answer(challenge: unknown, client: Pick<Client, 'address' | 'hostKey'>): Promise<ChallengeAnswer>;
  /**
   * This session's evidence, over the commitment to the binding and to what came before.
   *
   * @param binding the bytes of the item `binding`
   * @param earlier items of the bundle that exist by now, the binding aside
   */
  collect(binding: Uint8Array, earlier: readonly Item[]): Promise<Item>;
  /** What it measures now, as reference sets name it; null where that would prove nothing: PCRs of a SHA-1 bank. */
  measure(): Promise<Measured | null>;
}
