import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Whose people principals are: see store/registry/tables.ts. Decisions rest on it, since audits count by it. */
export const partiesOfPrincipals: Migration = {
  name: '0170-parties-of-principals',
  async up(db, { text, random, after }) {
    await db.schema.alterTable('principal').addColumn('party_id', text).execute();
    await db.schema.createIndex('principal_by_tenant').on('principal').column('tenant').execute();
    // The same company is registered by each exporter that deals with it: it is found by what it is called.
    await db.schema
      .createIndex('party_by_name')
      .on('party')
      .column('country')
      .expression(sql`lower(legal_name)`)
      .execute();
    await db.schema.createIndex('party_by_reference').on('party').columns(['country', 'reference']).execute();
    const move = sql`update gate_stamp set stamp = ${random} where id = 1`;
    for (const statement of after(['principal'], 'gate_moves_by_principals', move))
      await statement.execute(db);
  },
};
