import type { Migration } from './migration.ts';

/** What witnesses signed of the log's checkpoints: see store/log/tables.ts. */
export const witnesses: Migration = {
  name: '0070-witnesses',
  async up(db, { integer, text, bytes }) {
    await db.schema
      .createTable('log_cosignature')
      .addColumn('origin', text, (column) => column.notNull())
      .addColumn('witness', text, (column) => column.notNull())
      .addColumn('size', integer, (column) => column.notNull())
      .addColumn('root', bytes, (column) => column.notNull())
      .addColumn('at_ms', integer, (column) => column.notNull())
      .addColumn('line', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('log_cosignature_key', ['origin', 'witness', 'size'])
      .execute();
    await db.schema
      .createIndex('log_cosignature_size')
      .on('log_cosignature')
      .columns(['origin', 'size'])
      .execute();
  },
};
