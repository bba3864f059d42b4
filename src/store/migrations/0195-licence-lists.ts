import type { Migration } from './migration.ts';

/**
 * Licences found by status and holder without their rows, whose conditions name up to ten thousand devices. Each has all that a
 * list looks for: store/attestation/licence-lists.ts.
 */
export const licenceLists: Migration = {
  name: '0195-licence-lists',
  async up(db) {
    await db.schema.createIndex('licence_status').on('licence').columns(['status', 'id', 'tenant']).execute();
    await db.schema
      .createIndex('licence_tenant_status')
      .on('licence')
      .columns(['tenant', 'status', 'id'])
      .execute();
  },
};
