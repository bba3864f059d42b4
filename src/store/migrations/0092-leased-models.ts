import type { Migration } from './migration.ts';

/** Which model a leased device was counted as: see store/ledger/tables.ts. Leases of before count as none. */
export const leasedModels: Migration = {
  name: '0092-leased-models',
  async up(db, { text }) {
    await db.schema.alterTable('ledger_leased_device').addColumn('model', text).execute();
  },
};
