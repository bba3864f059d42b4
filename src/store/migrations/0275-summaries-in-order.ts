import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** As they were (0131-host-summaries), in the same order. */
const COLUMNS = `"host_id" text not null primary key references "host" ("id"), "tenant" text not null, "facility_id" text not null,
  "name_key" text not null, "suspended" integer not null, "outcome" text, "evidence_at_ms" integer not null, "level" text,
  "proves_until_ms" integer, "trust_epoch" integer not null`;

const INDEXES = [
  ['name_key', '"name_key", "host_id"'],
  ['tenant_name_key', '"tenant", "name_key", "host_id"'],
  ['evidence_at_ms', '"evidence_at_ms", "host_id"'],
  ['tenant_evidence_at_ms', '"tenant", "evidence_at_ms", "host_id"'],
  ['tenant', '"tenant", "host_id"'],
  ['facility', '"facility_id", "host_id"'],
] as const;

/**
 * On SQLite what hosts are found by lies in the order of their identifiers, which is the order of lists: one that leaves most hosts out is read through
 * from the front, where each row was looked for by its key. PostgreSQL knows no such tables.
 */
export const summariesInOrder: Migration = {
  name: '0275-summaries-in-order',
  async up(db, { keepsApart }) {
    if (!keepsApart) return;
    const statements = [
      `create table "host_summary_in_order" (${COLUMNS}) strict, without rowid`,
      'insert into "host_summary_in_order" select * from "host_summary" order by "host_id"',
      'drop table "host_summary"',
      'alter table "host_summary_in_order" rename to "host_summary"',
      ...INDEXES.map(
        ([name, columns]) => `create index "host_summary_${name}" on "host_summary" (${columns})`,
      ),
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
