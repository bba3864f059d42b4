import type { Migration } from './migration.ts';

/** The names that a log had before: see store/log/tables.ts. */
export const logOrigins: Migration = {
  name: '0110-log-origins',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('log_origin')
      .addColumn('leaf_index', integer, (column) => column.primaryKey().notNull())
      .addColumn('origin', text, (column) => column.notNull())
      .addColumn('predecessor', text, (column) => column.notNull())
      .execute();
  },
};
