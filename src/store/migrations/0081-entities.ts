import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ColumnTypes, Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const zero = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().defaultTo(0);

/** Who owns whom, who was screened against what, what is authorised when, where devices are: see store/registry/tables.ts. */
export const entities: Migration = {
  name: '0081-entities',
  async up(db, types) {
    await parties(db, types);
    await screening(db, types);
    await customers(db, types);
    await facilities(db, types);
    await devices(db, types);
  },
};

async function parties(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  for (const column of [
    'reference',
    'headquarters',
    'parent_id',
    'ownership_source',
    'ownership_dated',
    'ownership_role',
    'standing_origin',
    'list_version',
    'screened_on',
  ] as const) {
    await db.schema.alterTable('party').addColumn(column, text).execute();
  }
  await db.schema.alterTable('party').addColumn('own_ultimate_parent', integer, zero).execute();
  await db.schema
    .alterTable('party')
    .addColumn('version', integer, (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createIndex('party_reference')
    .on('party')
    .columns(['tenant', 'reference'])
    .unique()
    .execute();
  // What was said before there were screening runs, a person said.
  await sql`update party set standing_origin = 'word' where standing_reason is not null`.execute(db);
  await db.schema
    .createTable('party_version')
    .addColumn('party_id', text, (column) => column.notNull().references('party.id'))
    .addColumn('version', integer, required)
    .addColumn('legal_name', text, required)
    .addColumn('country', text, required)
    .addColumn('headquarters', text)
    .addColumn('parent_id', text)
    .addColumn('ultimate_parent_id', text)
    .addColumn('own_ultimate_parent', integer, required)
    .addColumn('ownership_source', text)
    .addColumn('ownership_dated', text)
    .addColumn('ownership_role', text)
    .addColumn('reason', text)
    .addColumn('changed_by', text, required)
    .addColumn('at_ms', integer, required)
    .addColumn('leaf_index', integer, required)
    .addPrimaryKeyConstraint('party_version_key', ['party_id', 'version'])
    .execute();
  await sql`
    insert into party_version (
      party_id, version, legal_name, country, ultimate_parent_id, own_ultimate_parent, changed_by, at_ms, leaf_index
    )
    select id, 1, legal_name, country, ultimate_parent_id, 0, created_by, created_at_ms, leaf_index from party`.execute(
    db,
  );
}

async function screening(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('screening_list')
    .addColumn('version', text, key)
    .addColumn('reason', text, required)
    .addColumn('declared_by', text, required)
    .addColumn('declared_at_ms', integer, required)
    .addColumn('leaf_index', integer, required)
    .execute();
  await db.schema
    .createIndex('screening_list_leaf')
    .on('screening_list')
    .columns(['leaf_index'])
    .unique()
    .execute();
  await db.schema
    .createTable('screening_run')
    .addColumn('id', text, key)
    .addColumn('party_id', text, (column) => column.notNull().references('party.id'))
    .addColumn('list_version', text, required)
    .addColumn('outcome', text, required)
    .addColumn('reviewer', text, required)
    .addColumn('screened_on', text, required)
    .addColumn('imported_by', text, required)
    .addColumn('imported_at_ms', integer, required)
    .addColumn('leaf_index', integer, required)
    .addUniqueConstraint('screening_run_same', [
      'party_id',
      'list_version',
      'screened_on',
      'outcome',
      'reviewer',
    ])
    .execute();
}

async function customers(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('know_your_customer')
    .addColumn('id', text, key)
    .addColumn('party_id', text, (column) => column.notNull().references('party.id'))
    .addColumn('reference', text, required)
    .addColumn('dated', text, required)
    .addColumn('reviewer', text, required)
    .addColumn('recorded_by', text, required)
    .addColumn('recorded_at_ms', integer, required)
    .addColumn('leaf_index', integer, required)
    .execute();
  await db.schema
    .createIndex('know_your_customer_party')
    .on('know_your_customer')
    .columns(['party_id', 'dated'])
    .execute();
  await db.schema
    .createTable('party_access')
    .addColumn('id', text, key)
    .addColumn('party_id', text, (column) => column.notNull().references('party.id'))
    .addColumn('tenant', text, required)
    .addColumn('facility_id', text, required)
    .addColumn('host_id', text)
    .addColumn('know_your_customer_id', text)
    .addColumn('started_at_ms', integer, required)
    .addColumn('started_by', text, required)
    .addColumn('ended_at_ms', integer)
    .addColumn('ended_by', text)
    .addColumn('ended_reason', text)
    .addColumn('leaf_index', integer, required)
    .execute();
  await db.schema.createIndex('party_access_party').on('party_access').columns(['party_id', 'id']).execute();
  await db.schema.createIndex('party_access_tenant').on('party_access').columns(['tenant', 'id']).execute();
}

async function facilities(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('facility').addColumn('tier', text).execute();
  await db.schema.alterTable('facility').addColumn('government_agreement', integer, zero).execute();
  await db.schema.alterTable('facility').addColumn('authorised_from_ms', integer).execute();
  await db.schema.alterTable('facility').addColumn('period_count', integer, zero).execute();
  await db.schema
    .createTable('facility_period')
    .addColumn('id', text, key)
    .addColumn('facility_id', text, (column) => column.notNull().references('facility.id'))
    .addColumn('from_ms', integer, required)
    .addColumn('until_ms', integer)
    .addColumn('tier', text)
    .addColumn('government_agreement', integer, required)
    .addColumn('decided_by', text, required)
    .addColumn('decided_at_ms', integer, required)
    .addColumn('reason', text, required)
    .addColumn('withdrawn_at_ms', integer)
    .addColumn('leaf_index', integer, required)
    .execute();
  await db.schema
    .createIndex('facility_period_facility')
    .on('facility_period')
    .columns(['facility_id', 'from_ms', 'id'])
    .execute();
  await sql`
    insert into facility_period (
      id, facility_id, from_ms, until_ms, government_agreement, decided_by, decided_at_ms, reason, leaf_index
    )
    select 'fap_' || substr(id, 5), id, decided_at_ms, authorised_until_ms, 0, decided_by, decided_at_ms, decided_reason,
      leaf_index
    from facility where state = 'authorised'`.execute(db);
  await sql`
    update facility set authorised_from_ms = decided_at_ms, period_count = 1 where state = 'authorised'`.execute(
    db,
  );
}

async function devices(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  for (const column of [
    'shipped_at_ms',
    'verified_at_ms',
    'maintenance_from_ms',
    'maintenance_until_ms',
  ] as const) {
    await db.schema.alterTable('device').addColumn(column, integer).execute();
  }
  await db.schema
    .alterTable('device')
    .addColumn('due_after_days', integer, (column) => column.notNull().defaultTo(30))
    .execute();
  await db.schema
    .alterTable('device')
    .addColumn('noted_state', text, (column) => column.notNull().defaultTo('declared'))
    .execute();
  // Old devices are looked at by the first round of the schedule.
  await db.schema.alterTable('device').addColumn('look_at_ms', integer, zero).execute();
  await sql`update device set noted_state = 'retired' where lifecycle = 'retired'`.execute(db);
  await db.schema.createIndex('device_look_at').on('device').columns(['look_at_ms', 'id']).execute();
  await db.schema.createIndex('device_party').on('device').columns(['party_id', 'id']).execute();
  await db.schema
    .createTable('device_transfer')
    .addColumn('id', text, key)
    .addColumn('device_id', text, (column) => column.notNull().references('device.id'))
    .addColumn('from_tenant', text, required)
    .addColumn('to_tenant', text, required)
    .addColumn('state', text, required)
    .addColumn('reason', text, required)
    .addColumn('offered_by', text, required)
    .addColumn('offered_at_ms', integer, required)
    .addColumn('decided_by', text)
    .addColumn('decided_at_ms', integer)
    .addColumn('decided_reason', text)
    .addColumn('new_device_id', text)
    .addColumn('leaf_index', integer, required)
    .execute();
  for (const column of ['device_id', 'from_tenant', 'to_tenant'] as const) {
    await db.schema
      .createIndex(`device_transfer_${column}`)
      .on('device_transfer')
      .columns([column, 'id'])
      .execute();
  }
  await db.schema
    .createTable('delivery_tally')
    .addColumn('licence_id', text, (column) => key(column).references('licence.id'))
    .addColumn('devices', integer, required)
    .addColumn('verified', integer, required)
    .addColumn('missing', integer, required)
    .addColumn('counted_at_ms', integer, required)
    .addColumn('changes_at_ms', integer)
    .execute();
}
