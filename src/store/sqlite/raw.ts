import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { ColumnType, RawDatabase, RawRow, TableShape } from '../transfer/raw.ts';
import { Connection } from './connection.ts';
import { DATABASE_FILE } from './open.ts';

const TYPES: ReadonlyMap<unknown, ColumnType> = new Map<unknown, ColumnType>([
  ['integer', 'integer'],
  ['text', 'text'],
  ['blob', 'bytes'],
]);

const READ_TABLES = `
  select name from sqlite_schema
  where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not in ('schemaMigration', 'gate_stamp') order by name`;

/** An embedded database in a folder, opened and migrated before, as tables and rows. */
export function rawSqlite(folder: string): RawDatabase {
  const connection = new Connection(join(folder, DATABASE_FILE), { timeout: 10_000, defensive: true });
  return {
    tables: async () => connection.rows(READ_TABLES).map(({ name }) => shapeOf(connection, String(name))),
    migrations: async () =>
      connection.rows('select name from schemaMigration order by position').map(({ name }) => String(name)),
    query: async (text, values = []) => connection.rows(text, values) as readonly RawRow[], // STRICT tables hold nothing else
    parameter: () => '?',
    begin: async (mode) => {
      // They are held against each other at the end instead: rows come in any order.
      connection.execute('PRAGMA foreign_keys = OFF');
      connection.command(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
    },
    commit: async () => {
      const [dangling] = connection.rows('PRAGMA foreign_key_check');
      if (dangling !== undefined) {
        throw new StoreError('constraint_violated', 'a reference leads nowhere', {
          path: String(dangling['table']),
        });
      }
      connection.command('COMMIT');
    },
    close: async () => connection.close(),
  };
}

function shapeOf(connection: Connection, name: string): TableShape {
  const columns = connection.rows(
    'select name, lower(type) as type, pk from pragma_table_info(?) order by name',
    [name],
  );
  return {
    name,
    columns: columns.map((column) => ({ name: String(column['name']), type: typeOf(column['type']) })),
    key: columns
      .filter(({ pk }) => pk !== 0)
      .sort((a, b) => Number(a['pk']) - Number(b['pk']))
      .map((column) => String(column['name'])),
  };
}

function typeOf(type: unknown): ColumnType {
  const found = TYPES.get(type);
  if (found !== undefined) return found;
  throw new StoreError('store_foreign', `a column is of type ${String(type)}`);
}
