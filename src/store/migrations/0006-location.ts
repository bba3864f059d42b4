import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Places of hosts, what measured them, and what landmarks measure of each other: see store/location/tables.ts. */
export const location: Migration = {
  name: '0006-location',
  async up(db, { integer, text, bytes }) {
    await db.schema.alterTable('facility').addColumn('authorised_area', text).execute();
    await db.schema
      .alterTable('facility')
      .addColumn('disclosure', text, (column) => column.notNull().defaultTo('full'))
      .execute();
    await db.schema.alterTable('host_state').addColumn('place_subject', text).execute();
    await db.schema.alterTable('host_state').addColumn('place', text).execute();
    await db.schema
      .createTable('probe_permits')
      .addColumn('session_id', text, (column) => key(column).references('session.id'))
      .addColumn('host_id', text, required)
      .addColumn('subject', text, required)
      .addColumn('permits', text, required)
      .addColumn('issued_at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema
      .createTable('location')
      .addColumn('session_id', text, (column) => key(column).references('session.id'))
      .addColumn('host_id', text, required)
      .addColumn('tenant', text, required)
      .addColumn('facility_id', text, required)
      .addColumn('request_digest', text, required)
      .addColumn('verdict', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('expires_at_ms', integer, required)
      .addColumn('measured', text, required)
      .addColumn('receipts', text, required)
      .addColumn('answer', text, required)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema.createIndex('location_host').on('location').columns(['host_id', 'at_ms']).execute();
    await db.schema
      .createTable('mesh_pair')
      .addColumn('from_id', text, required)
      .addColumn('to_id', text, required)
      .addColumn('kept_as', text, required)
      .addColumn('from_digest', text, required)
      .addColumn('to_digest', text, required)
      .addColumn('min_rtt_ns', integer, required)
      .addColumn('clock_error_ppm', integer, required)
      .addColumn('at_ms', integer, required)
      .addColumn('receipt', bytes, required)
      .addPrimaryKeyConstraint('mesh_pair_key', ['from_id', 'to_id', 'kept_as'])
      .execute();
  },
};
