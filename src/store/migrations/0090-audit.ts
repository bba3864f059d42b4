import type { Migration } from './migration.ts';

/** What appraisals were judged by: see store/attestation/tables.ts. */
export const audit: Migration = {
  name: '0090-audit',
  async up(db, { integer, text, bytes }) {
    await db.schema.alterTable('appraisal').addColumn('inputs', text).execute();
    await db.schema
      .createTable('document')
      .addColumn('digest', text, (column) => column.primaryKey().notNull())
      .addColumn('content', bytes, (column) => column.notNull())
      .addColumn('first_used_ms', integer, (column) => column.notNull())
      .execute();
  },
};
