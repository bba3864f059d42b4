import type { Migration } from './migration.ts';

/** What was paid under licences that allow metering, and reports of usage that were counted: see store/ledger/tables.ts. */
export const usageReports: Migration = {
  name: '0092-usage-reports',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('ledger_payment')
      .addColumn('licence_id', text, (column) => column.notNull())
      .addColumn('host_id', text, (column) => column.notNull())
      .addColumn('decision_id', text, (column) => column.notNull())
      .addColumn('from_ms', integer, (column) => column.notNull())
      .addColumn('until_ms', integer, (column) => column.notNull())
      .addColumn('rate_e12', integer, (column) => column.notNull())
      .addColumn('peak_e12', integer, (column) => column.notNull())
      .addColumn('account', text)
      .addColumn('period', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('ledger_payment_key', ['licence_id', 'host_id', 'decision_id'])
      .execute();
    await db.schema
      .createIndex('ledger_payment_until')
      .on('ledger_payment')
      .columns(['licence_id', 'host_id', 'until_ms'])
      .execute();
    await db.schema
      .createTable('usage_report')
      .addColumn('sha256', text, (column) => column.primaryKey().notNull())
      .addColumn('licence_id', text, (column) => column.notNull())
      .addColumn('host_id', text, (column) => column.notNull())
      .addColumn('from_ms', integer, (column) => column.notNull())
      .addColumn('until_ms', integer, (column) => column.notNull())
      .addColumn('at_ms', integer, (column) => column.notNull())
      .addColumn('report', text, (column) => column.notNull())
      .addColumn('input_sha256', text, (column) => column.notNull())
      .addColumn('leased_e12', integer, (column) => column.notNull())
      .addColumn('credited_e12', integer, (column) => column.notNull())
      .addColumn('leaf_index', integer, (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('usage_report_until')
      .on('usage_report')
      .columns(['licence_id', 'host_id', 'until_ms'])
      .execute();
    await db.schema
      .createIndex('usage_report_leaf')
      .on('usage_report')
      .columns(['licence_id', 'leaf_index'])
      .execute();
  },
};
