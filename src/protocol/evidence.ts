import { z } from 'zod';
import { appraisal } from './appraisal.ts';
import { instant } from './encoding.ts';
import { receipt } from './receipt.ts';

/** The answer to `POST /v1/sessions/{id}/evidence`; the same bytes sent again by the same host get it again. */
export const evidenceAnswer = z.strictObject({
  sessionId: z.string(),
  appraisal,
  ear: z.string().describe('EAT Attestation Result (draft-ietf-rats-ear): a JWT signed by this verifier.'),
  nextAttestationAfter: instant.describe(
    'Attest again then; earlier asks are answered 429 with Retry-After.',
  ),
  receipt: receipt.optional(),
});
export type EvidenceAnswer = z.infer<typeof evidenceAnswer>;
