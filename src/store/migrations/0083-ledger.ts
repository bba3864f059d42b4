import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** What may be delivered and computed, and who drew it: see store/ledger/tables.ts. */
export const ledger: Migration = {
  name: '0083-ledger',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('ledger_balance')
      .addColumn('account', text, required)
      .addColumn('period', text, required)
      .addColumn('reserved', integer, required)
      .addColumn('committed', integer, required)
      .addColumn('entries', integer, required)
      .addPrimaryKeyConstraint('ledger_balance_key', ['account', 'period'])
      .execute();
    await db.schema
      .createTable('ledger_entry')
      .addColumn('account', text, required)
      .addColumn('number', integer, required)
      .addColumn('period', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('kind', text, required)
      .addColumn('reserved', integer, required)
      .addColumn('committed', integer, required)
      .addColumn('licence_id', text)
      .addColumn('decision_id', text)
      .addColumn('allocation_id', text)
      .addColumn('by_id', text, required)
      .addColumn('reason', text)
      .addColumn('leaf_index', integer)
      .addPrimaryKeyConstraint('ledger_entry_key', ['account', 'number'])
      .execute();
    await db.schema
      .createTable('ledger_allocation')
      .addColumn('id', text, key)
      .addColumn('licence_id', text, required)
      .addColumn('tenant', text, required)
      .addColumn('decision_id', text, required)
      .addColumn('chips', text, required)
      .addColumn('tpp', integer, required)
      .addColumn('consignee_id', text, required)
      .addColumn('country', text, required)
      .addColumn('period', text, required)
      .addColumn('state', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('changed_by', text)
      .addColumn('changed_at_ms', integer)
      .addColumn('changed_reason', text)
      .addColumn('leaf_index', integer)
      .execute();
    await db.schema
      .createIndex('ledger_allocation_licence')
      .on('ledger_allocation')
      .columns(['licence_id', 'id'])
      .execute();
    await db.schema
      .createTable('ledger_lease')
      .addColumn('licence_id', text, required)
      .addColumn('host_id', text, required)
      .addColumn('terms', text, required)
      .addColumn('rate_e12', integer, required)
      .addColumn('party_account', text)
      .addColumn('period', text, required)
      .addColumn('paid_from_ms', integer, required)
      .addColumn('paid_until_ms', integer, required)
      .addColumn('held_until_ms', integer, required)
      .addColumn('decision_id', text, required)
      .addPrimaryKeyConstraint('ledger_lease_key', ['licence_id', 'host_id'])
      .execute();
    await db.schema
      .createTable('ledger_leased_device')
      .addColumn('device', text, key)
      .addColumn('licence_id', text, required)
      .addColumn('host_id', text, required)
      .addColumn('until_ms', integer)
      .addColumn('tpp', integer, required)
      .execute();
    await db.schema
      .createIndex('ledger_leased_device_licence')
      .on('ledger_leased_device')
      .columns(['licence_id', 'host_id'])
      .execute();
  },
};
