import type { Migration } from './migration.ts';

/** Tokens that are bound to client certificates: see store/registry/tables.ts. */
export const certificateBoundTokens: Migration = {
  name: '0140-certificate-bound-tokens',
  async up(db, { text }) {
    await db.schema.alterTable('bearer_token').addColumn('x5t_s256', text).execute();
  },
};
