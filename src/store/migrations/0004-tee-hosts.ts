import { type Kysely, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ColumnTypes, Migration } from './migration.ts';

/** Hosts that enrol by a confidential guest: see store/attestation/tables.ts for what the columns mean. */
export const teeHosts: Migration = {
  name: '0004-tee-hosts',
  async up(db, types) {
    await (types.relaxes ? relaxHost(db, types) : remakeHost(db, types));
    const { integer, text, bytes } = types;
    await db.schema
      .alterTable('enrolment')
      .addColumn('kind', text, (column) => column.notNull().defaultTo('tpm'))
      .execute();
    await db.schema.alterTable('enrolment').addColumn('challenge', bytes).execute();
    for (const column of ['tee_state', 'tee_anchors', 'vtpm_pcrs'] as const) {
      await db.schema.alterTable('host_state').addColumn(column, text).execute();
    }
    await db.schema.alterTable('host_state').addColumn('valid_until_ms', integer).execute();
  },
};

/** What a host without a TPM has nothing of. */
const OF_TPM = [
  'ek_certificate',
  'ek_anchor',
  'ek_name',
  'ek_valid_until_ms',
  'ak_name',
  'ak_public',
] as const;

async function relaxHost(db: Kysely<Schema>, { text }: ColumnTypes): Promise<void> {
  const host = db.schema.alterTable('host');
  await host.renameColumn('ek_digest', 'identity_sha256').execute();
  await host.renameColumn('tpm_device_id', 'device_id').execute();
  for (const column of OF_TPM) await host.alterColumn(column, (it) => it.dropNotNull()).execute();
  await host.addColumn('kind', text, (column) => column.notNull().defaultTo('tpm')).execute();
  await host.addColumn('tee', text).execute();
  await host.addColumn('platform', text).execute();
}

/** SQLite takes `not null` off no column: https://www.sqlite.org/lang_altertable.html, 7. */
async function remakeHost(db: Kysely<Schema>, { integer, text, bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('host_0004')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('tenant', text, (column) => column.notNull())
    .addColumn('facility_id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('identity_sha256', text, (column) => column.notNull().unique())
    .addColumn('ek_certificate', bytes)
    .addColumn('ek_anchor', text)
    .addColumn('ek_name', bytes)
    .addColumn('ek_valid_until_ms', integer)
    .addColumn('jkt', text, (column) => column.notNull().unique())
    .addColumn('host_key', text, (column) => column.notNull())
    .addColumn('ak_name', bytes, (column) => column.unique())
    .addColumn('ak_public', bytes)
    .addColumn('tee', text)
    .addColumn('platform', text)
    .addColumn('hostname', text)
    .addColumn('device_id', text, (column) => column.notNull().unique())
    .addColumn('enrolled_at_ms', integer, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('suspended_at_ms', integer)
    .addColumn('suspended_reason', text)
    .execute();
  await sql`
    insert into host_0004 (
      id, tenant, facility_id, kind, identity_sha256, ek_certificate, ek_anchor, ek_name, ek_valid_until_ms, jkt,
      host_key, ak_name, ak_public, tee, platform, hostname, device_id, enrolled_at_ms, version, suspended_at_ms,
      suspended_reason
    )
    select
      id, tenant, facility_id, 'tpm', ek_digest, ek_certificate, ek_anchor, ek_name, ek_valid_until_ms, jkt,
      host_key, ak_name, ak_public, null, null, hostname, tpm_device_id, enrolled_at_ms, version, suspended_at_ms,
      suspended_reason
    from host`.execute(db);
  await db.schema.dropTable('host').execute();
  await db.schema.alterTable('host_0004').renameTo('host').execute();
  await db.schema.createIndex('host_tenant').on('host').columns(['tenant', 'id']).execute();
}
