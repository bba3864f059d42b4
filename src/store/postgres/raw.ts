import pg from 'pg';
import { StoreError } from '../errors.ts';
import type { ColumnType, RawDatabase, RawRow, TableShape } from '../transfer/raw.ts';
import { quoted } from '../transfer/raw.ts';
import { Connection } from './connection.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { translate } from './failure.ts';
import { openPast } from './partitions.ts';
import { VALUE_TYPES } from './values.ts';

const TYPES: ReadonlyMap<unknown, ColumnType> = new Map<unknown, ColumnType>([
  ['bigint', 'integer'],
  ['text', 'text'],
  ['bytea', 'bytes'],
]);

/**
 * Every column of every table of ours, with its place in the primary key; ordered as SQLite orders. A table in partitions is one table,
 * and what it is cut by no part of its key, as where it is whole.
 */
const READ_COLUMNS = `
  select c.relname as name, a.attname as column, format_type(a.atttypid, null) as type,
         case when a.attnum = any (p.partattrs::int2[]) then -1
              else coalesce(array_position(i.indkey::int2[], a.attnum), -1) end as place
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  left join pg_partitioned_table p on p.partrelid = c.oid
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname not in ('schema_migration', 'gate_stamp')
  order by c.relname::text collate "C", a.attname::text collate "C"`;
const READ_REFERENCES = `
  select conrelid::regclass::text as table, conname as name from pg_constraint
  where contype = 'f' and connamespace = current_schema()::regnamespace`;
const BEGIN = {
  read: 'begin isolation level repeatable read read only',
  // Whoever serves from this database waits, and finds it filled.
  write: 'begin isolation level read committed read write; lock table log_head in exclusive mode',
} as const;

/** A PostgreSQL database, opened and migrated before, as tables and rows. @throws AvailabilityError `store_unavailable` */
export async function rawPostgres(url: string): Promise<RawDatabase> {
  const { host, port, user, password, database, ssl } = parseDatabaseUrl(url);
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    ssl,
    ...(password === undefined ? {} : { password }),
    application_name: 'sextant db',
    types: VALUE_TYPES as pg.CustomTypesConfig, // as in pool.ts
  });
  client.on('error', () => {}); // whoever waits for its answers hears of it
  await client.connect().catch((error: unknown) => {
    throw translate(error);
  });
  const connection = new Connection(client);
  const rows = async (text: string, values?: readonly unknown[]): Promise<readonly RawRow[]> =>
    (await connection.command(text, values)).rows as readonly RawRow[]; // VALUE_TYPES makes nothing else
  let writes = false;
  return {
    tables: async () => shapesOf(await rows(READ_COLUMNS)),
    migrations: async () =>
      (await rows('select name from schema_migration order by position')).map(({ name }) => String(name)),
    query: rows,
    parameter: (place) => `$${place}`,
    begin: async (mode) => {
      await rows(BEGIN[mode]);
      writes = mode === 'write';
      if (!writes) return;
      await alterReferences(rows, 'deferrable initially deferred');
      await openPast(connection, new Date());
    },
    commit: async () => {
      if (writes) {
        // Held against each other here: rows come in any order.
        await rows('set constraints all immediate');
        await alterReferences(rows, 'not deferrable');
      }
      await rows('commit');
    },
    close: () => client.end(),
  };
}

type Ask = (text: string) => Promise<readonly RawRow[]>;

async function alterReferences(rows: Ask, how: string): Promise<void> {
  for (const { table, name } of await rows(READ_REFERENCES)) {
    await rows(`alter table ${String(table)} alter constraint ${quoted(String(name))} ${how}`);
  }
}

function shapesOf(columns: readonly RawRow[]): TableShape[] {
  return [...Map.groupBy(columns, ({ name }) => String(name))].map(([name, its]) => ({
    name,
    columns: its.map(({ column, type }) => ({ name: String(column), type: typeOf(type) })),
    key: its
      .filter(({ place }) => Number(place) >= 0)
      .sort((a, b) => Number(a['place']) - Number(b['place']))
      .map(({ column }) => String(column)),
  }));
}

function typeOf(type: unknown): ColumnType {
  const found = TYPES.get(type);
  if (found !== undefined) return found;
  throw new StoreError('store_foreign', `a column is of type ${String(type)}`);
}
