import { type RawBuilder, sql } from 'kysely';
import type { Migration } from './migration.ts';

type Remade = {
  readonly table: string;
  /** With their types and whether they may be null. */
  readonly columns: readonly (readonly [name: string, type: 'text' | 'integer', required?: 'required'])[];
  readonly key: readonly string[];
  readonly indexes?: readonly (readonly [name: string, columns: readonly string[]])[];
};

/** Tables of which a renewal reads or writes rows by their keys alone. */
const TABLES: readonly Remade[] = [
  {
    table: 'ledger_balance',
    columns: [
      ['account', 'text', 'required'],
      ['period', 'text', 'required'],
      ['reserved', 'integer', 'required'],
      ['committed', 'integer', 'required'],
      ['entries', 'integer', 'required'],
    ],
    key: ['account', 'period'],
  },
  {
    table: 'ledger_entry',
    columns: [
      ['account', 'text', 'required'],
      ['number', 'integer', 'required'],
      ['period', 'text', 'required'],
      ['at_ms', 'integer', 'required'],
      ['kind', 'text', 'required'],
      ['reserved', 'integer', 'required'],
      ['committed', 'integer', 'required'],
      ['licence_id', 'text'],
      ['decision_id', 'text'],
      ['allocation_id', 'text'],
      ['by_id', 'text', 'required'],
      ['reason', 'text'],
      ['leaf_index', 'integer'],
    ],
    key: ['account', 'number'],
  },
  {
    table: 'ledger_lease',
    columns: [
      ['licence_id', 'text', 'required'],
      ['host_id', 'text', 'required'],
      ['terms', 'text', 'required'],
      ['rate_e12', 'integer', 'required'],
      ['party_account', 'text'],
      ['period', 'text', 'required'],
      ['paid_from_ms', 'integer', 'required'],
      ['paid_until_ms', 'integer', 'required'],
      ['held_until_ms', 'integer', 'required'],
      ['decision_id', 'text', 'required'],
    ],
    key: ['licence_id', 'host_id'],
  },
  {
    table: 'host_grant',
    columns: [
      ['host_id', 'text', 'required'],
      ['licence_id', 'text', 'required'],
      ['grant_id', 'text'],
      ['expires_at_ms', 'integer', 'required'],
      ['end_user', 'text'],
      ['facility_id', 'text'],
      ['devices', 'integer', 'required'],
      ['denied_at_ms', 'integer'],
    ],
    key: ['host_id', 'licence_id'],
    indexes: [['host_grant_cluster', ['end_user', 'facility_id']]],
  },
];

/**
 * Keeps rows of SQLite's in the tree of their key (https://www.sqlite.org/withoutrowid.html) instead of in two: a month of an account's
 * days lies on a page or two, and is not looked up row by row. PostgreSQL knows no such tables, and needs none.
 */
export const booksInOrder: Migration = {
  name: '0121-books-in-order',
  async up(db, { keepsApart }) {
    if (!keepsApart) return;
    for (const remade of TABLES) for (const statement of remake(remade)) await statement.execute(db);
  },
};

function* remake({ table, columns, key, indexes = [] }: Remade): Generator<RawBuilder<unknown>> {
  const apart = sql.id(`${table}_in_order`);
  const names = sql.join(columns.map(([name]) => sql.id(name)));
  const made = columns.map(
    ([name, type, required]) =>
      sql`${sql.id(name)} ${sql.raw(type)}${sql.raw(required === undefined ? '' : ' not null')}`,
  );
  const keyed = sql.join(key.map((name) => sql.id(name)));
  yield sql`create table ${apart} (${sql.join(made)}, primary key (${keyed})) strict, without rowid`;
  yield sql`insert into ${apart} (${names}) select ${names} from ${sql.id(table)}`;
  yield sql`drop table ${sql.id(table)}`;
  yield sql`alter table ${apart} rename to ${sql.id(table)}`;
  for (const [name, on] of indexes) {
    yield sql`create index ${sql.id(name)} on ${sql.id(table)} (${sql.join(on.map((column) => sql.id(column)))})`;
  }
}
