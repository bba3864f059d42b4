import type { Migration } from './migration.ts';

/** Which key and name the log is signed under: see store/log/tables.ts. */
export const logKey: Migration = {
  name: '0091-log-key',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('log_key')
      .addColumn('id', integer, (column) => column.primaryKey().notNull())
      .addColumn('kid', text, (column) => column.notNull())
      .addColumn('origin', text, (column) => column.notNull())
      .execute();
  },
};
