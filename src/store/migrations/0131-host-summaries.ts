import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * One narrow row a host, to find hosts by: see store/attestation/summary-tables.ts. Of hosts that attested before, no level
 * is written down: they count as judged under earlier trust until they attest again.
 */
export const hostSummaries: Migration = {
  name: '0131-host-summaries',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('host_summary')
      .addColumn('host_id', text, (column) => column.primaryKey().notNull().references('host.id'))
      .addColumn('tenant', text, (column) => column.notNull())
      .addColumn('facility_id', text, (column) => column.notNull())
      .addColumn('name_key', text, (column) => column.notNull())
      .addColumn('suspended', integer, (column) => column.notNull())
      .addColumn('outcome', text)
      .addColumn('evidence_at_ms', integer, (column) => column.notNull())
      .addColumn('level', text)
      .addColumn('proves_until_ms', integer)
      .addColumn('trust_epoch', integer, (column) => column.notNull())
      .execute();
    await db
      .insertInto('host_summary')
      .columns([
        'host_id',
        'tenant',
        'facility_id',
        'name_key',
        'suspended',
        'outcome',
        'evidence_at_ms',
        'trust_epoch',
      ])
      .expression(
        db
          .selectFrom('host')
          .innerJoin('host_state', 'host_state.host_id', 'host.id')
          .select((row) => [
            'host.id',
            'host.tenant',
            'host.facility_id',
            sql<string>`lower(coalesce(${row.ref('host.hostname')}, ''))`.as('name_key'),
            row.case().when('host.suspended_at_ms', 'is', null).then(0).else(1).end().as('suspended'),
            'host_state.outcome',
            row.fn.coalesce('host_state.evidence_at_ms', row.lit(0)).as('evidence_at_ms'),
            row.lit(-1).as('trust_epoch'),
          ]),
      )
      .execute();
    for (const column of ['name_key', 'evidence_at_ms'] as const) {
      await db.schema
        .createIndex(`host_summary_${column}`)
        .on('host_summary')
        .columns([column, 'host_id'])
        .execute();
      await db.schema
        .createIndex(`host_summary_tenant_${column}`)
        .on('host_summary')
        .columns(['tenant', column, 'host_id'])
        .execute();
    }
    await db.schema
      .createIndex('host_summary_tenant')
      .on('host_summary')
      .columns(['tenant', 'host_id'])
      .execute();
    await db.schema
      .createIndex('host_summary_facility')
      .on('host_summary')
      .columns(['facility_id', 'host_id'])
      .execute();
  },
};
