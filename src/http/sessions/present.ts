import { z } from 'zod';
import { toBase64Url } from '../../bytes/text.ts';
import { instant, sha256Hex } from '../../protocol/encoding.ts';
import { hostId } from '../../protocol/enrolment.ts';
import { evidenceAnswer } from '../../protocol/evidence.ts';
import { tenant } from '../../protocol/identifier.ts';
import type { getSession } from '../../service/session/read.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';

export const sessionRecord = z
  .strictObject({
    id: z.string(),
    tenant,
    hostId,
    state: z.enum(['open', 'expired', 'submitted']),
    nonce: z.string().describe('The challenge, unpadded base64url.'),
    issuedAt: instant,
    expiresAt: instant,
    submittedAt: instant.nullable(),
    evidenceSha256: sha256Hex.nullable().describe('SHA-256 of the submission as received.'),
    answer: evidenceAnswer.nullable().describe('What the host was answered, its receipt aside.'),
    leafIndex: z.int().min(0).nullable().describe('Of the appraisal: GET /v1/log/receipts/{leafIndex}.'),
  })
  .describe('A challenge and what came of it.');
export type SessionRecord = z.infer<typeof sessionRecord>;

export function presentSession(row: Awaited<ReturnType<typeof getSession>>, now: Date): SessionRecord {
  const open = row.lapsed_at_ms === null && now.getTime() < row.expires_at_ms;
  return {
    id: row.id,
    tenant: row.tenant,
    hostId: row.host_id,
    state: row.submitted_at_ms !== null ? 'submitted' : open ? 'open' : 'expired',
    nonce: toBase64Url(row.nonce),
    issuedAt: shownInstant(row.issued_at_ms),
    expiresAt: shownInstant(row.expires_at_ms),
    submittedAt: shownInstantOrNull(row.submitted_at_ms),
    evidenceSha256: row.evidence_digest,
    answer: row.answer === null ? null : evidenceAnswer.parse(JSON.parse(row.answer)),
    leafIndex: row.leaf_index,
  };
}
