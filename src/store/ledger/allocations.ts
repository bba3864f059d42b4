import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LedgerAllocationTable } from './tables.ts';

export const insertAllocation = statement((db, hole: Hole<LedgerAllocationTable>) =>
  db.insertInto('ledger_allocation').values({
    id: hole('id'),
    licence_id: hole('licence_id'),
    tenant: hole('tenant'),
    decision_id: hole('decision_id'),
    chips: hole('chips'),
    tpp: hole('tpp'),
    consignee_id: hole('consignee_id'),
    country: hole('country'),
    period: hole('period'),
    state: hole('state'),
    at_ms: hole('at_ms'),
    changed_by: hole('changed_by'),
    changed_at_ms: hole('changed_at_ms'),
    changed_reason: hole('changed_reason'),
    leaf_index: hole('leaf_index'),
  }),
);

export const allocationById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('ledger_allocation').selectAll().where('id', '=', hole('id')),
);

export const allocationsOfLicence = statement(
  (db, hole: Hole<{ licenceId: string; after: string; limit: number }>) =>
    db
      .selectFrom('ledger_allocation')
      .selectAll()
      .where('licence_id', '=', hole('licenceId'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

/** What was allocated to a consignee and not given back. */
export const allocationsToConsignee = statement((db, hole: Hole<{ consigneeId: string }>) =>
  db
    .selectFrom('ledger_allocation')
    .innerJoin('licence', 'licence.id', 'ledger_allocation.licence_id')
    .select(['ledger_allocation.tpp', 'licence.conditions'])
    .where('ledger_allocation.consignee_id', '=', hole('consigneeId'))
    .where('ledger_allocation.state', '!=', 'released')
    .orderBy('ledger_allocation.id'),
);

type Ruling = Pick<
  LedgerAllocationTable,
  'id' | 'state' | 'changed_by' | 'changed_at_ms' | 'changed_reason' | 'leaf_index'
>;

export const ruleOnAllocationRow = statement((db, hole: Hole<Ruling>) =>
  db
    .updateTable('ledger_allocation')
    .set({
      state: hole('state'),
      changed_by: hole('changed_by'),
      changed_at_ms: hole('changed_at_ms'),
      changed_reason: hole('changed_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);
