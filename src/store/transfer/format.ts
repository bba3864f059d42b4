import { FormatError } from '../../bytes/errors.ts';
import type { Scalar } from '../port.ts';
import type { ColumnType, RawRow, TableShape } from './raw.ts';

/*
 * A whole database as lines of JSON:
 *
 *     {"format":"sextant-database/1","migrations":[…],"tables":[{"name","columns":[{"name","type"}],"key":[…]}]}
 *     ["table",value,…]        one for each row, values in the order of the columns; bytes as {"base64":"…"}
 *     {"rows":n,"sha256":"…"}  how many rows, and the digest of every line before this one
 *
 * Whoever reads it refuses anything else.
 */

export const FORMAT = 'sextant-database/1';

export type Header = {
  readonly format: typeof FORMAT;
  readonly migrations: readonly string[];
  readonly tables: readonly TableShape[];
};

export type Footer = { readonly rows: number; readonly sha256: string };

/** The line of a row, without its end. */
export function rowLine({ name, columns }: TableShape, row: RawRow): string {
  const values = columns.map((column) => {
    const value = row[column.name] ?? null;
    return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value;
  });
  return JSON.stringify([name, ...values]);
}

/** @throws FormatError `bad_value` */
export function parseHeader(line: string): Header {
  const header = parseLine(line, 1);
  if (typeof header === 'object' && header !== null && 'format' in header && header.format === FORMAT) {
    return header as Header; // its members are compared with the database's own before any is used
  }
  throw new FormatError('bad_value', 'the file is not an export of a database', {
    path: 'line[1].format',
    expected: FORMAT,
  });
}

/** @throws FormatError `bad_value`, `truncated` */
export function parseFooter(line: string, number: number): Footer {
  const footer = parseLine(line, number);
  if (typeof footer === 'object' && footer !== null && 'rows' in footer && 'sha256' in footer) {
    return { rows: Number(footer.rows), sha256: String(footer.sha256) };
  }
  throw new FormatError('truncated', 'the file ends before its last line', { path: `line[${number}]` });
}

/** The values of a row, each of its column's type; null where the line is no row. @throws FormatError `bad_value` */
export function parseRow(
  line: string,
  number: number,
  tables: ReadonlyMap<string, TableShape>,
): { readonly table: TableShape; readonly values: readonly Scalar[] } {
  const row = parseLine(line, number);
  const path = `line[${number}]`;
  const [name, ...values]: readonly unknown[] = Array.isArray(row) ? row : [];
  const table = typeof name === 'string' ? tables.get(name) : undefined;
  if (table === undefined) throw new FormatError('bad_value', 'a line is no row of a known table', { path });
  if (values.length !== table.columns.length) {
    throw new FormatError('bad_value', 'a row has not as many values as its table has columns', {
      path,
      expected: String(table.columns.length),
      actual: String(values.length),
    });
  }
  return {
    table,
    values: table.columns.map(({ name: column, type }, at) =>
      readValue(values[at], type, `${path}.${column}`),
    ),
  };
}

function readValue(value: unknown, type: ColumnType, path: string): Scalar {
  if (value === null) return null;
  if (type === 'integer' && typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (type === 'text' && typeof value === 'string') return value;
  if (
    type === 'bytes' &&
    typeof value === 'object' &&
    'base64' in value &&
    typeof value.base64 === 'string'
  ) {
    const bytes = Buffer.from(value.base64, 'base64');
    if (bytes.toString('base64') === value.base64) return new Uint8Array(bytes);
  }
  throw new FormatError('bad_value', 'a value is not of its column’s type', { path, expected: type });
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FormatError('bad_value', 'a line is not JSON', { path: `line[${number}]`, cause });
  }
}
