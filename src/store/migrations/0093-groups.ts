import type { Migration } from './migration.ts';

/** Groups of companies are walked from the top, and what was allocated to each of them is counted. */
export const groups: Migration = {
  name: '0093-groups',
  async up(db) {
    await db.schema.createIndex('party_parent').on('party').columns(['parent_id']).execute();
    await db.schema
      .createIndex('party_ultimate_parent')
      .on('party')
      .columns(['ultimate_parent_id'])
      .execute();
    await db.schema
      .createIndex('ledger_allocation_consignee')
      .on('ledger_allocation')
      .columns(['consignee_id', 'id'])
      .execute();
  },
};
