import type { Migration } from './migration.ts';

/**
 * Who was declared by a key at a facility: by both, so that no planner takes the index of facilities for as good, and walks through
 * everything that stands there.
 */
export const deviceIdentity: Migration = {
  name: '0096-device-identity',
  async up(db) {
    await db.schema.dropIndex('device_identity').execute();
    await db.schema
      .createIndex('device_identity')
      .on('device')
      .columns(['identity_sha256', 'facility_id', 'id'])
      .execute();
  },
};
