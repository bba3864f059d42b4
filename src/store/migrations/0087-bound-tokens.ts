import type { Migration } from './migration.ts';

/** The last instant that can be written down. */
const WHENEVER = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Tokens that are bound to keys, and what is kept under Idempotency-Keys: see store/registry/tables.ts and store/once/tables.ts.
 *
 * A token that is already out could do everything by itself until now: whoever holds it may bind it to a key, whenever.
 */
export const boundTokens: Migration = {
  name: '0087-bound-tokens',
  async up(db, { integer, text, bytes }) {
    await db.schema.alterTable('bearer_token').addColumn('jkt', text).execute();
    await db.schema.alterTable('bearer_token').addColumn('bind_until_ms', integer).execute();
    await db.updateTable('bearer_token').set({ bind_until_ms: WHENEVER }).execute();
    await db.schema
      .createTable('kept_act')
      .addColumn('caller', text, (column) => column.notNull())
      .addColumn('key_sha256', text, (column) => column.notNull())
      .addColumn('request_sha256', text, (column) => column.notNull())
      .addColumn('outcome', bytes, (column) => column.notNull())
      .addColumn('answer', bytes)
      .addColumn('expires_at_ms', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('kept_act_key', ['caller', 'key_sha256'])
      .execute();
    await db.schema.createIndex('kept_act_expiry').on('kept_act').column('expires_at_ms').execute();
    // Decisions had keys of their own; those that were used count no more.
    await db.schema.dropTable('decision_key').execute();
  },
};
