import { assess } from '../../appraisal/levels.ts';
import { hostToSummarise, putHostSummary } from '../../store/attestation/summaries.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { earliest } from '../instants.ts';
import { provenNow } from './proven.ts';

/**
 * Writes down what hosts are looked up by, in the unit of work that changed it. The level is what `/status` would say now;
 * with it stands until when, and under which trust, so that whoever reads it later never takes it for more than it is.
 */
export async function summariseHost(context: Context, tx: Tx, id: string): Promise<void> {
  const row = await tx.first(hostToSummarise, { id });
  if (row === undefined) return;
  const proven = row.outcome === 'accepted' ? await provenNow(context, tx, row) : null;
  const ends = proven === null ? [] : [proven.validUntil, proven.placeUntil, proven.auditUntil];
  await tx.run(putHostSummary, {
    host_id: id,
    tenant: row.tenant,
    facility_id: row.host_facility_id,
    name_key: (row.hostname ?? '').toLowerCase(),
    suspended: row.suspended_at_ms === null ? 0 : 1,
    outcome: row.outcome,
    evidence_at_ms: row.evidence_at_ms ?? 0,
    level: proven === null ? null : assess(proven.facts).label,
    proves_until_ms: earliest(ends)?.getTime() ?? null,
    trust_epoch: row.trust_epoch,
  });
}
