import type { z } from 'zod';
import type { AccountShown } from '../../service/ledger/read.ts';
import type { LedgerAllocationTable, LedgerEntryTable } from '../../store/ledger/tables.ts';
import { shownInstant, shownInstantOrNull } from '../instants.ts';
import type { AllocationAnswer, account, EntryAnswer } from './schema.ts';

export function presentAccount({
  name,
  unit,
  reserved,
  committed,
  entries,
  parts,
}: AccountShown): z.infer<typeof account> {
  return { account: name, unit, reserved, committed, entries, periods: [...parts] };
}

export function presentEntry(row: LedgerEntryTable): EntryAnswer {
  return {
    account: row.account,
    number: row.number,
    period: row.period === '' ? null : row.period,
    at: shownInstant(row.at_ms),
    kind: row.kind,
    reserved: row.reserved,
    committed: row.committed,
    licenceId: row.licence_id,
    decisionId: row.decision_id,
    allocationId: row.allocation_id,
    by: row.by_id,
    reason: row.reason,
    leafIndex: row.leaf_index,
  };
}

export function presentAllocation(row: LedgerAllocationTable): AllocationAnswer {
  return {
    id: row.id,
    licenceId: row.licence_id,
    decisionId: row.decision_id,
    chips: JSON.parse(row.chips) as AllocationAnswer['chips'], // as the decision wrote them
    tpp: row.tpp,
    consigneeId: row.consignee_id,
    country: row.country,
    period: row.period,
    state: row.state,
    at: shownInstant(row.at_ms),
    changedBy: row.changed_by,
    changedAt: shownInstantOrNull(row.changed_at_ms),
    changedReason: row.changed_reason,
    leafIndex: row.leaf_index,
  };
}
