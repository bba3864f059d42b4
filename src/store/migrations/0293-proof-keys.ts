import type { Migration } from './migration.ts';

/** By which key trust inputs were proposed, and whose a key is: see store/registry/tables.ts and keys.ts. */
export const proofKeys: Migration = {
  name: '0293-proof-keys',
  async up(db, { text }) {
    await db.schema.alterTable('trust_input').addColumn('proposed_key', text).execute();
    await db.schema.createIndex('bearer_token_by_key').on('bearer_token').column('jkt').execute();
    await db.schema
      .createIndex('bearer_token_by_certificate')
      .on('bearer_token')
      .column('x5t_s256')
      .execute();
    await db.schema
      .createIndex('bearer_token_by_principal')
      .on('bearer_token')
      .column('principal_id')
      .execute();
  },
};
