import type { Migration } from './migration.ts';

/** How reports find what became of a device, and of a grant: see store/report/statements.ts. */
export const reports: Migration = {
  name: '0095-reports',
  async up(db) {
    await db.schema.createIndex('event_subject').on('event').columns(['subject', 'sequence']).execute();
    await db.schema
      .createIndex('status_change_place')
      .on('status_change')
      .columns(['list', 'position', 'leaf_index'])
      .execute();
  },
};
