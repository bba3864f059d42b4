import type { Migration } from './migration.ts';

/** What appraisals were judged by, and what may not be discarded: see store/attestation/tables.ts. */
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
    await db.schema
      .createTable('legal_hold')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('subject_kind', text, (column) => column.notNull())
      .addColumn('subject_id', text)
      .addColumn('reason', text, (column) => column.notNull())
      .addColumn('placed_by', text, (column) => column.notNull())
      .addColumn('placed_at_ms', integer, (column) => column.notNull())
      .addColumn('lifted_by', text)
      .addColumn('lifted_at_ms', integer)
      .addColumn('lifted_reason', text)
      .execute();
    await db.schema.createIndex('evidence_received').on('evidence').column('received_at_ms').execute();
    await db.schema.createIndex('appraisal_evidence').on('appraisal').column('evidence_digest').execute();
  },
};
