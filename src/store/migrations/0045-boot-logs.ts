import type { Migration } from './migration.ts';

/** What boot logs showed: see store/attestation/tables.ts for what the columns mean. */
export const bootLogs: Migration = {
  name: '0045-boot-logs',
  async up(db, { text }) {
    for (const column of ['boot_state', 'boot_history'] as const) {
      await db.schema.alterTable('host_state').addColumn(column, text).execute();
    }
  },
};
