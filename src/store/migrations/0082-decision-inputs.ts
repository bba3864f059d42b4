import type { Migration } from './migration.ts';

/** Everything that a decision weighed, kept by its digest: see store/attestation/tables.ts. */
export const decisionInputs: Migration = {
  name: '0082-decision-inputs',
  async up(db, { text }) {
    await db.schema
      .createTable('decision_input')
      .addColumn('sha256', text, (column) => column.primaryKey().notNull())
      .addColumn('content', text, (column) => column.notNull())
      .execute();
    await db.schema.alterTable('decision').addColumn('input_sha256', text).execute();
  },
};
