import { type RawBuilder, sql } from 'kysely';
import type { Migration } from './migration.ts';

type Remade = {
  readonly table: string;
  /** As SQLite has them. */
  readonly columns: string;
  readonly indexes?: readonly string[];
};

/** Tables of a few short columns, of which decisions read rows by their keys. */
const TABLES: readonly Remade[] = [
  {
    table: 'delivery_tally',
    columns: `"licence_id" text not null primary key references "licence" ("id"), "devices" integer not null,
      "verified" integer not null, "missing" integer not null, "counted_at_ms" integer not null, "changes_at_ms" integer`,
  },
  {
    table: 'decision_standing',
    columns: `"licence_id" text not null references "licence" ("id"), "question" text not null, "outcome" text not null,
      "decision_id" text not null, primary key ("licence_id", "question")`,
  },
  {
    table: 'host_device',
    columns: `"device_id" text not null primary key, "host_id" text not null references "host" ("id"),
      "link" text not null, "since_ms" integer not null`,
    indexes: ['create index "host_device_host" on "host_device" ("host_id")'],
  },
  {
    table: 'granted_device',
    columns: `"device_id" text not null, "host_id" text not null, primary key ("device_id", "host_id")`,
  },
  {
    table: 'ledger_leased_device',
    columns: `"device" text not null primary key, "licence_id" text not null, "host_id" text not null,
      "until_ms" integer, "tpp" integer not null, "model" text`,
    indexes: [
      'create index "ledger_leased_device_licence" on "ledger_leased_device" ("licence_id", "host_id")',
    ],
  },
];

/**
 * Keeps rows of SQLite's in the tree of their key, as 0121-books-in-order does: one page is read where two were, of a table and of its key. PostgreSQL
 * knows no such tables.
 */
export const smallRowsInOrder: Migration = {
  name: '0255-small-rows-in-order',
  async up(db, { keepsApart }) {
    if (!keepsApart) return;
    for (const remade of TABLES) for (const statement of remake(remade)) await statement.execute(db);
  },
};

function* remake({ table, columns, indexes = [] }: Remade): Generator<RawBuilder<unknown>> {
  const [here, apart] = [sql.id(table), sql.id(`${table}_in_order`)];
  yield sql`create table ${apart} (${sql.raw(columns)}) strict, without rowid`;
  yield sql`insert into ${apart} select * from ${here}`;
  yield sql`drop table ${here}`;
  yield sql`alter table ${apart} rename to ${here}`;
  for (const index of indexes) yield sql.raw(index);
}
