import type { Migration } from './migration.ts';

/** What a webhook signs with lies sealed, and beside it what acts say of it: see store/events/tables.ts. */
export const sealedWebhookSecrets: Migration = {
  name: '0280-sealed-webhook-secrets',
  async up(db, { text }) {
    await db.schema.alterTable('webhook').addColumn('secret_sha256', text).execute();
  },
};
