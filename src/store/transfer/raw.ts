import type { Scalar } from '../port.ts';

export type ColumnType = 'integer' | 'text' | 'bytes';

/** A table as it is moved from one database to another. */
export type TableShape = {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  /** The columns of its primary key, in order: rows are read in pages along it. */
  readonly key: readonly string[];
};

export type RawRow = { readonly [column: string]: Scalar };

/**
 * A migrated database as tables and rows, for moving all of it; each adapter has one. Between `begin` and `commit` nobody else
 * changes what is read, and where it is written nobody else sees it.
 */
export interface RawDatabase {
  /** By name; the list of migrations is not among them, nor the stamp of the gate, which every database draws for itself. */
  tables(): Promise<readonly TableShape[]>;
  /** Names of the migrations that it has had, in order. */
  migrations(): Promise<readonly string[]>;
  /** Runs SQL of this program's own; `parameter` gives the mark for a value. */
  query(text: string, values?: readonly Scalar[]): Promise<readonly RawRow[]>;
  /** How the value at a place, from 1, is marked in SQL. */
  parameter(place: number): string;
  begin(mode: 'read' | 'write'): Promise<void>;
  /** @throws StoreError `constraint_violated` where a reference leads nowhere: they are held against each other only here */
  commit(): Promise<void>;
  /** What was not committed is gone. */
  close(): Promise<void>;
}

const PAGE = 200;

/** Every row of a table, along its key. */
export async function* rowsOf(
  database: RawDatabase,
  { name, columns, key }: TableShape,
): AsyncGenerator<RawRow> {
  const wanted = columns.map((column) => quoted(column.name)).join(', ');
  const order = key.map(quoted).join(', ');
  const marks = key.map((_, place) => database.parameter(place + 1)).join(', ');
  let last: RawRow | undefined;
  for (;;) {
    const from: RawRow | undefined = last;
    const where = from === undefined ? '' : `where (${order}) > (${marks})`;
    const rows = await database.query(
      `select ${wanted} from ${quoted(name)} ${where} order by ${order} limit ${PAGE}`,
      from === undefined ? [] : key.map((column) => from[column] ?? null),
    );
    yield* rows;
    last = rows.at(-1);
    if (rows.length < PAGE) return;
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
