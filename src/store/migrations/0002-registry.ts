import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ColumnTypes, Migration } from './migration.ts';

/** Principals and their tokens, the register, and trust inputs. */
export const registry: Migration = {
  name: '0002-registry',
  async up(db, types) {
    await access(db, types);
    await register(db, types);
    await trust(db, types);
  },
};

async function access(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('principal')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('tenant', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at_ms', integer, (column) => column.notNull())
    .addColumn('disabled_at_ms', integer)
    .execute();
  await db.schema
    .createTable('bearer_token')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('principal_id', text, (column) => column.notNull().references('principal.id'))
    .addColumn('secret_hash', text, (column) => column.notNull())
    .addColumn('scopes', text, (column) => column.notNull())
    .addColumn('label', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at_ms', integer, (column) => column.notNull())
    .addColumn('expires_at_ms', integer)
    .addColumn('revoked_at_ms', integer)
    .addColumn('last_used_at_ms', integer)
    .execute();
  await db.schema
    .createIndex('bearer_token_principal')
    .on('bearer_token')
    .columns(['principal_id', 'id'])
    .execute();
}

async function register(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('party')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('tenant', text, (column) => column.notNull())
    .addColumn('legal_name', text, (column) => column.notNull())
    .addColumn('country', text, (column) => column.notNull())
    .addColumn('ultimate_parent_id', text, (column) => column.references('party.id'))
    .addColumn('standing', text, (column) => column.notNull())
    .addColumn('clear_until_ms', integer)
    .addColumn('standing_reason', text)
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at_ms', integer, (column) => column.notNull())
    .addColumn('leaf_index', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('party_tenant').on('party').columns(['tenant', 'id']).execute();
  await db.schema
    .createTable('facility')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('tenant', text, (column) => column.notNull())
    .addColumn('operator_tenant', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('country', text, (column) => column.notNull())
    .addColumn('area', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('authorised_until_ms', integer)
    .addColumn('proposed_by', text, (column) => column.notNull())
    .addColumn('proposed_at_ms', integer, (column) => column.notNull())
    .addColumn('decided_by', text)
    .addColumn('decided_at_ms', integer)
    .addColumn('decided_reason', text)
    .addColumn('leaf_index', integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex('facility_tenant').on('facility').columns(['tenant', 'id']).execute();
  await db.schema
    .createIndex('facility_operator')
    .on('facility')
    .columns(['operator_tenant', 'id'])
    .execute();
  await db.schema
    .createTable('device')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('tenant', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('model', text)
    .addColumn('serial', text)
    .addColumn('natural_key', text, (column) => column.notNull())
    .addColumn('facility_id', text, (column) => column.references('facility.id'))
    .addColumn('party_id', text, (column) => column.references('party.id'))
    .addColumn('identity_type', text)
    .addColumn('identity_sha256', text)
    .addColumn('lifecycle', text, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('created_at_ms', integer, (column) => column.notNull())
    .addColumn('changed_at_ms', integer, (column) => column.notNull())
    .addColumn('leaf_index', integer, (column) => column.notNull())
    .addUniqueConstraint('device_natural_key', ['tenant', 'kind', 'natural_key'])
    .execute();
  await db.schema.createIndex('device_tenant').on('device').columns(['tenant', 'id']).execute();
  await db.schema.createIndex('device_identity').on('device').columns(['identity_sha256', 'id']).execute();
  await db.schema.createIndex('device_serial').on('device').columns(['serial', 'kind', 'id']).execute();
}

async function trust(db: Kysely<Schema>, { integer, text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('trust_input')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('version', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull())
    .addColumn('content', text, (column) => column.notNull())
    .addColumn('publication', text)
    .addColumn('publisher_id', text, (column) => column.references('trust_input.id'))
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('proposed_by', text, (column) => column.notNull())
    .addColumn('proposed_at_ms', integer, (column) => column.notNull())
    .addColumn('approved_by', text)
    .addColumn('effective_at_ms', integer)
    .addColumn('self_approved', integer, (column) => column.notNull())
    .addColumn('ended_by', text)
    .addColumn('ended_at_ms', integer)
    .addColumn('ended_reason', text)
    .addColumn('leaf_index', integer, (column) => column.notNull())
    .addUniqueConstraint('trust_input_version', ['kind', 'name', 'version'])
    .execute();
  await db.schema
    .createIndex('trust_input_state')
    .on('trust_input')
    .columns(['state', 'kind', 'id'])
    .execute();
  await db.schema
    .createTable('trust_epoch')
    .addColumn('id', integer, (column) => column.primaryKey().notNull())
    .addColumn('epoch', integer, (column) => column.notNull())
    .addColumn('stamp', text, (column) => column.notNull())
    .execute();
  await db.insertInto('trust_epoch').values({ id: 1, epoch: 0, stamp: '' }).execute();
}
