import { evidenceAnswer } from '../../protocol/evidence.ts';
import type { AppraisalListed } from '../../protocol/history.ts';
import type { AppraisalRow } from '../../service/history.ts';
import { shownInstant } from '../instants.ts';

export function presentAppraisal(row: AppraisalRow): AppraisalListed {
  const { appraisal } = evidenceAnswer.parse(JSON.parse(row.answer));
  return {
    sessionId: row.session_id,
    outcome: row.outcome,
    at: shownInstant(row.at_ms),
    reasons: appraisal.reasons,
    devices: appraisal.devices.map(({ id, kind, label }) => ({ id, kind, label })),
    evidenceSha256: row.evidence_digest,
    leafIndex: row.leaf_index,
  };
}
