import type { Migration } from './migration.ts';

/** Reports of usage and payments by age: they go by rule (service/retention/classes/usage.ts). */
export const oldUsage: Migration = {
  name: '0232-old-usage',
  async up(db) {
    await db.schema.createIndex('usage_report_at').on('usage_report').columns(['at_ms', 'sha256']).execute();
    await db.schema
      .createIndex('ledger_payment_ended')
      .on('ledger_payment')
      .columns(['until_ms', 'licence_id', 'host_id', 'decision_id'])
      .execute();
  },
};
