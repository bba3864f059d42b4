import type { Migration } from './migration.ts';

/** For how long what was granted before a screening list stands on the one before; lists of before named no such time. */
export const screeningGrace: Migration = {
  name: '0230-screening-grace',
  async up(db, { integer }) {
    await db.schema
      .alterTable('screening_list')
      .addColumn('grace_seconds', integer, (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
