import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { HostSummaryTable } from './summary-tables.ts';

/** What a summary is made of. */
export const hostToSummarise = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .select((row) => [
      'host.id as host_id',
      'host.tenant',
      'host.kind as host_kind',
      'host.hostname',
      'host.facility_id as host_facility_id',
      'host.suspended_at_ms',
      'host_state.outcome',
      'host_state.evidence_at_ms',
      'host_state.facts',
      'host_state.valid_until_ms',
      'host_state.trust_epoch',
      'host_state.place',
      'host_state.place_subject',
      row.selectFrom('trust_epoch').select('trust_epoch.epoch').where('trust_epoch.id', '=', 1).as('epoch'),
    ])
    .where('host.id', '=', hole('id')),
);

export const putHostSummary = statement((db, hole: Hole<HostSummaryTable>) => {
  const known = {
    facility_id: hole('facility_id'),
    name_key: hole('name_key'),
    suspended: hole('suspended'),
    outcome: hole('outcome'),
    evidence_at_ms: hole('evidence_at_ms'),
    level: hole('level'),
    proves_until_ms: hole('proves_until_ms'),
    trust_epoch: hole('trust_epoch'),
  };
  return db
    .insertInto('host_summary')
    .values({ host_id: hole('host_id'), tenant: hole('tenant'), ...known })
    .onConflict((conflict) => conflict.column('host_id').doUpdateSet(known));
});
