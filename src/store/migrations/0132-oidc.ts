import type { Migration } from './migration.ts';

/** People whom an issuer vouches for, and those who are on their way to it: see store/sign-in/tables.ts. */
export const oidc: Migration = {
  name: '0132-oidc',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('sign_in_flow')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('secret_hash', text, (column) => column.notNull())
      .addColumn('jkt', text, (column) => column.notNull())
      .addColumn('return_to', text, (column) => column.notNull())
      .addColumn('expires_at_ms', integer, (column) => column.notNull())
      .execute();
    await db.schema.createIndex('sign_in_flow_expiry').on('sign_in_flow').column('expires_at_ms').execute();
    await db.schema
      .createTable('issuer_subject')
      .addColumn('issuer', text, (column) => column.notNull())
      .addColumn('subject', text, (column) => column.notNull())
      .addColumn('principal_id', text, (column) => column.notNull().references('principal.id'))
      .addPrimaryKeyConstraint('issuer_subject_key', ['issuer', 'subject'])
      .execute();
  },
};
