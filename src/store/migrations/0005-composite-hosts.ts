import type { Migration } from './migration.ts';

/** GPUs and switches in hosts' evidence: see store/attestation/tables.ts for what the columns mean. */
export const compositeHosts: Migration = {
  name: '0005-composite-hosts',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('proven_chip')
      .addColumn('chip_sha256', text, (column) => column.primaryKey().notNull())
      .addColumn('host_id', text, (column) => column.notNull().references('host.id'))
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('outcome', text, (column) => column.notNull())
      .addColumn('evidence', text, (column) => column.notNull())
      .addColumn('anchors', text, (column) => column.notNull())
      .addColumn('valid_until_ms', integer)
      .execute();
    await db.schema.createIndex('proven_chip_host').on('proven_chip').column('host_id').execute();
    await db.schema
      .createTable('chip_contest')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('chip_sha256', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('holder_id', text, (column) => column.notNull().references('host.id'))
      .addColumn('newcomer_id', text, (column) => column.notNull().references('host.id'))
      .addColumn('opened_at_ms', integer, (column) => column.notNull())
      .addColumn('holder_shown_ms', integer)
      .addColumn('newcomer_shown_ms', integer)
      .addColumn('closed_at_ms', integer)
      .addColumn('outcome', text)
      .execute();
    await db.schema
      .createIndex('chip_contest_holder')
      .on('chip_contest')
      .columns(['holder_id', 'closed_at_ms'])
      .execute();
    await db.schema
      .createIndex('chip_contest_newcomer')
      .on('chip_contest')
      .columns(['newcomer_id', 'closed_at_ms'])
      .execute();
  },
};
