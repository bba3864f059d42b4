import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What a decision looks for by itself, in as few rows as there are of it: open latches by what they hold, a party's newest examination. */
export const gateReads: Migration = {
  name: '0096-gate-reads',
  async up(db) {
    await db.schema
      .createIndex('latch_open')
      .on('latch')
      .column('subject_id')
      .where(sql<boolean>`cleared_at_ms is null`)
      .execute();
    await db.schema.dropIndex('know_your_customer_party').execute();
    await db.schema
      .createIndex('know_your_customer_party')
      .on('know_your_customer')
      .columns(['party_id', 'dated', 'id'])
      .execute();
  },
};
