import type { Migration } from './migration.ts';

/** Sessions of people in browsers: see store/sign-in/tables.ts. */
export const pageSessions: Migration = {
  name: '0130-page-sessions',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('page_session')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('secret_hash', text, (column) => column.notNull())
      .addColumn('jkt', text, (column) => column.notNull())
      .addColumn('principal_id', text, (column) => column.notNull().references('principal.id'))
      .addColumn('token_id', text, (column) => column.references('bearer_token.id'))
      .addColumn('role', text, (column) => column.notNull())
      .addColumn('tenant', text, (column) => column.notNull())
      .addColumn('scopes', text, (column) => column.notNull())
      .addColumn('reads_only', integer, (column) => column.notNull())
      .addColumn('created_at_ms', integer, (column) => column.notNull())
      .addColumn('seen_at_ms', integer, (column) => column.notNull())
      .addColumn('expires_at_ms', integer, (column) => column.notNull())
      .execute();
    await db.schema.createIndex('page_session_expiry').on('page_session').column('expires_at_ms').execute();
  },
};
