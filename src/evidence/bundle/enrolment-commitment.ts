import { hash } from 'node:crypto';
import { canonicalJsonBytes } from '../../bytes/canonical-json.ts';
import { domain } from '../../bytes/domain.ts';

/** What a guest that enrols puts into its report: whose key it holds, and which challenge it answers. */
export type EnrolmentBinding = {
  /** The verifier, as the challenge names it. */
  readonly aud: string;
  readonly tenant: string;
  readonly enrolmentId: string;
  /** 32 random bytes, unpadded base64url. */
  readonly challenge: string;
  /** RFC 7638 thumbprint of the host key. */
  readonly jkt: string;
};

/** report_data has room for 64 bytes; a vTPM's extraData, whose largest hash may be SHA-384, for fewer. */
const HASHES = { 'enrolment-tee': 'sha512', 'enrolment-vtpm': 'sha256' } as const;

/**
 * SHA-512 for a TEE's report_data, SHA-256 for the extraData of Azure's vTPM, over `sextant/v1/<purpose>\0` and the
 * canonical JSON of {aud, challenge, enrolmentId, jkt, tenant}: whoever made the report had the host key's name in the
 * guest, and this verifier's challenge before that.
 */
export function enrolmentCommitment(purpose: keyof typeof HASHES, binding: EnrolmentBinding): Uint8Array {
  const { aud, tenant, enrolmentId, challenge, jkt } = binding;
  const input = domain(purpose, canonicalJsonBytes({ aud, tenant, enrolmentId, challenge, jkt }));
  return new Uint8Array(hash(HASHES[purpose], input, 'buffer'));
}
