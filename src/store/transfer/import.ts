import { createHash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { StoreError } from '../errors.ts';
import type { Scalar } from '../port.ts';
import { parseFooter, parseHeader, parseRow } from './format.ts';
import { quoted, type RawDatabase, type TableShape } from './raw.ts';
import { verifyWholeLog } from './verify-log.ts';

/** Values of one statement: below what either database allows. */
const MAX_VALUES = 10_000;
const MAX_ROWS = 100;

export type Imported = { readonly tables: number; readonly rows: number; readonly leaves: number };

/**
 * Fills a database that nobody has used with the lines of an export, all of it or nothing: where a line is missing, was changed
 * or does not fit, where a reference leads nowhere or the log is not whole, nothing is kept.
 *
 * @throws FormatError `bad_value`, `truncated`, `trailing_data`
 * @throws StoreError `store_in_use`, `migrations_differ`, `constraint_violated`, `log_inconsistent`
 */
export async function importDatabase(database: RawDatabase, lines: AsyncIterable<string>): Promise<Imported> {
  await database.begin('write');
  const tables = await database.tables();
  await requireUnused(database);
  for (const { name } of tables) await database.query(`delete from ${quoted(name)}`);
  const rows = await fill(database, tables, lines);
  const leaves = await verifyWholeLog(database, tables);
  await database.commit();
  return { tables: tables.length, rows, leaves };
}

/** Every act of anybody is in the log: where it is empty, nobody has done anything. */
async function requireUnused(database: RawDatabase): Promise<void> {
  const [head] = await database.query('select size from log_head');
  if (head?.['size'] === 0) return;
  throw new StoreError('store_in_use', 'the database is in use: import into one that is new', {
    path: 'log_head.size',
    expected: '0',
    actual: String(head?.['size']),
  });
}

async function fill(
  database: RawDatabase,
  tables: readonly TableShape[],
  lines: AsyncIterable<string>,
): Promise<number> {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const digest = createHash('sha256');
  let number = 0;
  let rows = 0;
  /** Read, and not known to be a row before another line follows: the last one is none. */
  let last: string | undefined;
  let batch: Batch | undefined;
  for await (const line of lines) {
    number++;
    if (number === 1) {
      await requireSameShape(database, tables, line);
    } else if (last !== undefined) {
      const { table, values } = parseRow(last, number - 1, byName);
      if (batch !== undefined && (batch.table !== table || isFull(batch))) {
        await insert(database, batch);
        batch = undefined;
      }
      batch ??= { table, rows: [] };
      batch.rows.push(values);
      rows++;
    }
    if (last !== undefined) digest.update(`${last}\n`);
    if (number === 1) digest.update(`${line}\n`);
    else last = line;
  }
  if (last === undefined)
    throw new FormatError('truncated', 'the file ends before its last line', { path: 'line' });
  if (batch !== undefined) await insert(database, batch);
  const footer = parseFooter(last, number);
  const sha256 = digest.digest('hex');
  if (footer.rows === rows && footer.sha256 === sha256) return rows;
  throw new FormatError('bad_value', 'the file is not as it was written', {
    path: `line[${number}]`,
    expected: `${footer.rows} rows, SHA-256 ${footer.sha256}`,
    actual: `${rows} rows, SHA-256 ${sha256}`,
  });
}

async function requireSameShape(
  database: RawDatabase,
  tables: readonly TableShape[],
  line: string,
): Promise<void> {
  const header = parseHeader(line);
  const ours = JSON.stringify([await database.migrations(), tables]);
  if (JSON.stringify([header.migrations, header.tables]) === ours) return;
  throw new StoreError(
    'migrations_differ',
    'the file was written by another version: export it again with this one',
    {
      path: 'migrations',
      expected: (await database.migrations()).at(-1) ?? 'none',
      actual: String(Array.isArray(header.migrations) ? header.migrations.at(-1) : 'none'),
    },
  );
}

type Batch = { readonly table: TableShape; readonly rows: (readonly Scalar[])[] };

function isFull({ table, rows }: Batch): boolean {
  return rows.length >= MAX_ROWS || (rows.length + 1) * table.columns.length > MAX_VALUES;
}

async function insert(database: RawDatabase, { table, rows }: Batch): Promise<void> {
  let place = 0;
  const marks = rows.map((row) => `(${row.map(() => database.parameter(++place)).join(', ')})`);
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  await database.query(
    `insert into ${quoted(table.name)} (${columns}) values ${marks.join(', ')}`,
    rows.flat(),
  );
}
