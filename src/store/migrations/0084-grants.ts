import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Grants, what holds them, and the lists of their statuses: see store/grants/tables.ts. */
export const grants: Migration = {
  name: '0084-grants',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('licence_grant')
      .addColumn('id', text, key)
      .addColumn('licence_id', text, required)
      .addColumn('tenant', text, required)
      .addColumn('host_id', text, required)
      .addColumn('host_tenant', text, required)
      .addColumn('facility_id', text, required)
      .addColumn('decision_id', text, required)
      .addColumn('list', integer, required)
      .addColumn('position', integer, required)
      .addColumn('issued_at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('devices', text, required)
      .addColumn('status', text, required)
      .addColumn('token', text, required)
      .addColumn('leaf_index', integer, required)
      .addUniqueConstraint('licence_grant_status', ['list', 'position'])
      .execute();
    for (const column of ['licence_id', 'host_id'] as const) {
      await db.schema
        .createIndex(`licence_grant_${column}`)
        .on('licence_grant')
        .columns([column, 'expires_at_ms'])
        .execute();
    }
    await db.schema
      .createIndex('licence_grant_decision')
      .on('licence_grant')
      .columns(['decision_id'])
      .execute();
    await db.schema
      .createTable('host_grant')
      .addColumn('host_id', text, required)
      .addColumn('licence_id', text, required)
      .addColumn('grant_id', text)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('end_user', text)
      .addColumn('facility_id', text)
      .addColumn('devices', integer, required)
      .addColumn('denied_at_ms', integer)
      .addPrimaryKeyConstraint('host_grant_key', ['host_id', 'licence_id'])
      .execute();
    await db.schema
      .createIndex('host_grant_cluster')
      .on('host_grant')
      .columns(['end_user', 'facility_id'])
      .execute();
    await db.schema
      .createTable('granted_device')
      .addColumn('device_id', text, required)
      .addColumn('host_id', text, required)
      .addPrimaryKeyConstraint('granted_device_key', ['device_id', 'host_id'])
      .execute();
    await db.schema
      .createTable('grant_hold')
      .addColumn('grant_id', text, required)
      .addColumn('cause', text, required)
      .addPrimaryKeyConstraint('grant_hold_key', ['grant_id', 'cause'])
      .execute();
    await db.schema.createIndex('grant_hold_cause').on('grant_hold').columns(['cause']).execute();
    await db.schema
      .createTable('status_list')
      .addColumn('number', integer, key)
      .addColumn('opened_at_ms', integer, required)
      .execute();
    await db.schema
      .createTable('status_change')
      .addColumn('list', integer, required)
      .addColumn('leaf_index', integer, required)
      .addColumn('position', integer, required)
      .addColumn('status', text, required)
      .addColumn('at_ms', integer, required)
      .addPrimaryKeyConstraint('status_change_key', ['list', 'leaf_index', 'position'])
      .execute();
  },
};
