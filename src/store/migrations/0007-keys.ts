import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Signing keys that rotate, and manufacturers' device manifests: see store/keys/tables.ts and store/manifests/tables.ts. */
export const keysAndManifests: Migration = {
  name: '0007-keys',
  async up(db, { integer, text, bytes }) {
    await db.schema
      .createTable('signing_key')
      .addColumn('kid', text, key)
      .addColumn('purpose', text, required)
      .addColumn('alg', text, required)
      .addColumn('public_jwk', text, required)
      .addColumn('created_at_ms', integer, required)
      .addColumn('active_from_ms', integer)
      .addColumn('revoked_at_ms', integer)
      .addColumn('longest_life_ms', integer, required)
      .execute();
    await db.schema
      .createTable('device_manifest')
      .addColumn('id', text, key)
      .addColumn('tenant', text, required)
      .addColumn('kind', text, required)
      .addColumn('sha256', text, (column) => column.notNull().unique())
      .addColumn('content', bytes, required)
      .addColumn('manufacturer', text, required)
      .addColumn('signer', text, required)
      .addColumn('issued_at_ms', integer, required)
      .addColumn('expires_at_ms', integer)
      .addColumn('devices', integer, required)
      .addColumn('imported_by', text, required)
      .addColumn('imported_at_ms', integer, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema
      .createIndex('device_manifest_tenant')
      .on('device_manifest')
      .columns(['tenant', 'id'])
      .execute();
    await db.schema
      .createTable('device_link')
      .addColumn('manifest_id', text, (column) => column.notNull().references('device_manifest.id'))
      .addColumn('position', integer, required)
      .addColumn('manufacturer', text, required)
      .addColumn('kind', text, required)
      .addColumn('serial', text, required)
      .addColumn('model', text, required)
      .addColumn('identity_type', text, required)
      .addColumn('identity_sha256', text, required)
      .addColumn('superseded_by', text)
      .addPrimaryKeyConstraint('device_link_key', ['manifest_id', 'position'])
      .execute();
    await db.schema.createIndex('device_link_serial').on('device_link').columns(['serial', 'kind']).execute();
    await db.schema.createIndex('device_link_identity').on('device_link').column('identity_sha256').execute();
  },
};
