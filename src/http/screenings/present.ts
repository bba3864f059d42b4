import type { PastRunAnswer, ScreeningListAnswer } from '../../protocol/screening.ts';
import type { ScreeningListTable, ScreeningRunTable } from '../../store/registry/entity-tables.ts';
import { shownInstant } from '../instants.ts';

export function presentList(row: ScreeningListTable): ScreeningListAnswer {
  return {
    version: row.version,
    reason: row.reason,
    declaredBy: row.declared_by,
    declaredAt: shownInstant(row.declared_at_ms),
    graceSeconds: row.grace_seconds,
    leafIndex: row.leaf_index,
  };
}

export function presentRun(row: ScreeningRunTable): PastRunAnswer {
  return {
    id: row.id,
    listVersion: row.list_version,
    outcome: row.outcome as PastRunAnswer['outcome'], // written from that union alone
    reviewer: row.reviewer,
    date: row.screened_on,
    importedBy: row.imported_by,
    importedAt: shownInstant(row.imported_at_ms),
    leafIndex: row.leaf_index,
  };
}
