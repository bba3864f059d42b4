import type { Migration } from './migration.ts';

/** Whose word a report of usage is: null for that of the host itself. See store/ledger/tables.ts. */
export const reportedBy: Migration = {
  name: '0231-reported-by',
  async up(db, { text }) {
    await db.schema.alterTable('usage_report').addColumn('reported_by', text).execute();
  },
};
