import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import type { Matrix } from '../../location/leave-one-out.ts';
import { UsageError } from '../failure.ts';

const decimal = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, 'must be a decimal number with a point')
  .transform(Number);
const identifier = z.string().min(1).max(200);

const nodeRow = z.object({
  id: identifier,
  latitude: decimal.pipe(z.number().min(-90).max(90)),
  longitude: decimal.pipe(z.number().min(-180).max(180)),
  // Codes that ISO 3166-1 leaves to users (XK) are let in: such a host is never proven in its own country.
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1 alpha-2)'),
  uncertaintyMeters: decimal.pipe(z.number().min(0).max(20_000_000)),
});

const rttRow = z.object({
  landmark: identifier,
  host: identifier,
  /** Empty where the pair was not measured. Whatever is longer than a second bounds nothing on this planet. */
  rttMs: z.union([z.literal('').transform(() => null), decimal.pipe(z.number().min(0).max(1e9))]),
});

const NANOS_PER_MILLI = 1e6;
const MEND = 'Columns are told apart by commas, and named in the first line: see --help.';

/**
 * Reads a matrix of round trips: `nodes.csv` and `rtts.csv` in one folder, each with a header; quoted or not, lines ending
 * in LF or CRLF, other columns passed over. Of several figures for one pair the least counts; a fraction of a nanosecond is
 * rounded up, never in anybody's favour. A round trip bounds a distance whichever end timed it, so each counts in both
 * directions, unless `directed` says that only the landmark's own may.
 *
 * @throws {UsageError} `unreadable`, `bad_matrix` with file and row
 */
export function readMatrix(folder: string, { directed = false } = {}): Matrix {
  const nodes = rowsOf(folder, 'nodes.csv', nodeRow);
  const known = new Set<string>();
  for (const [index, { id }] of nodes.entries()) {
    if (known.has(id)) throw refuse('nodes.csv', index, `${id} stands there twice`);
    known.add(id);
  }
  const rttNanos = new Map<string, Map<string, number>>();
  const note = (landmark: string, host: string, nanos: number): void => {
    const hosts = rttNanos.get(landmark) ?? new Map<string, number>();
    hosts.set(host, Math.min(nanos, hosts.get(host) ?? Number.POSITIVE_INFINITY));
    rttNanos.set(landmark, hosts);
  };
  for (const [index, { landmark, host, rttMs }] of rowsOf(folder, 'rtts.csv', rttRow).entries()) {
    const unknown = [landmark, host].find((id) => !known.has(id));
    if (unknown !== undefined) throw refuse('rtts.csv', index, `${unknown} is not in nodes.csv`);
    if (rttMs === null) continue;
    const nanos = Math.ceil(rttMs * NANOS_PER_MILLI);
    note(landmark, host, nanos);
    if (!directed) note(host, landmark, nanos);
  }
  return { nodes, rttNanos };
}

function rowsOf<Row>(folder: string, name: string, schema: z.ZodType<Row> & { shape: object }): Row[] {
  const path = join(folder, name);
  return parseFile(path, name, Object.keys(schema.shape)).map((row, index) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw refuse(name, index, `${issue?.path.join('.') || 'row'}: ${issue?.message}`);
  });
}

function parseFile(path: string, name: string, columns: readonly string[]): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const mend = 'A matrix is a folder that holds nodes.csv and rtts.csv.';
    throw new UsageError('unreadable', `cannot read ${path}`, mend, cause);
  }
  try {
    const header = (names: string[]): string[] => {
      const missing = columns.filter((column) => !names.includes(column));
      if (missing.length === 0) return names;
      throw new UsageError('bad_matrix', `${name} has no column ${missing.join(', ')}`, MEND);
    };
    const rows: unknown[] = parseCsv(text, {
      columns: header,
      skip_empty_lines: true,
      trim: true,
      bom: true,
    });
    return rows;
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UsageError(
      'bad_matrix',
      `${name} is not CSV with a header: ${cause.message}`,
      undefined,
      cause,
    );
  }
}

function refuse(name: string, index: number, what: string): UsageError {
  return new UsageError('bad_matrix', `${name}, row ${index + 1}: ${what}`);
}
