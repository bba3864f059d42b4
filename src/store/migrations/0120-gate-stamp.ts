import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What decisions under a licence rest on, and what nobody writes while hosts attest and renew. */
const MOVED_BY = [
  'licence',
  'party',
  'facility',
  'facility_period',
  'screening_list',
  'know_your_customer',
  'incident',
  'incident_licence',
  'latch',
] as const;

/**
 * One row that is another after every write to these tables, whoever writes: what was read of them and kept in memory is as good as
 * new while it is the same. A random value, since a number that was rolled back would come again for something else.
 */
export const gateStamp: Migration = {
  name: '0120-gate-stamp',
  async up(db, { integer, text, random, after }) {
    await db.schema
      .createTable('gate_stamp')
      .addColumn('id', integer, (column) => column.primaryKey().notNull())
      .addColumn('stamp', text, (column) => column.notNull())
      .execute();
    await db
      .insertInto('gate_stamp')
      .values({ id: 1, stamp: random as never }) // an expression of the database's own
      .execute();
    const move = sql`update gate_stamp set stamp = ${random} where id = 1`;
    for (const statement of after(MOVED_BY, 'gate_moves', move)) await statement.execute(db);
  },
};
