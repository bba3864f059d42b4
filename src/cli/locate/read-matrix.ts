import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import type { Matrix, Node } from '../../location/leave-one-out.ts';
import { country } from '../../protocol/country.ts';
import { UsageError } from '../failure.ts';

const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?(e-?\d+)?$/i, 'must be a decimal number')
  .transform(Number);
const identifier = z.string().min(1).max(200);

const nodeRow = z.object({
  id: identifier,
  latitude: decimal.pipe(z.number().min(-90).max(90)),
  longitude: decimal.pipe(z.number().min(-180).max(180)),
  country,
  uncertaintyMeters: decimal.pipe(z.number().min(0).max(20_000_000)),
});

const rttRow = z.object({
  landmark: identifier,
  host: identifier,
  rttMs: decimal.pipe(z.number().min(0).max(60_000)),
});

const NANOS_PER_MILLI = 1e6;

/**
 * Reads a matrix of round trips: `nodes.csv` and `rtts.csv` in one folder, each with a header. Of several figures for one
 * pair the least counts; a fraction of a nanosecond is rounded up, never in anybody's favour.
 *
 * @throws {UsageError} `unreadable`, `bad_matrix` with file and row
 */
export function readMatrix(folder: string): Matrix {
  const nodes = rowsOf(folder, 'nodes.csv', nodeRow);
  const known = new Map<string, Node>();
  for (const [index, node] of nodes.entries()) {
    if (known.has(node.id)) throw refuse('nodes.csv', index, `${node.id} stands there twice`);
    known.set(node.id, node);
  }
  const rttNanos = new Map<string, Map<string, number>>();
  for (const [index, { landmark, host, rttMs }] of rowsOf(folder, 'rtts.csv', rttRow).entries()) {
    const unknown = [landmark, host].find((id) => !known.has(id));
    if (unknown !== undefined) throw refuse('rtts.csv', index, `${unknown} is not in nodes.csv`);
    const hosts = rttNanos.get(landmark) ?? new Map<string, number>();
    const nanos = Math.ceil(rttMs * NANOS_PER_MILLI);
    hosts.set(host, Math.min(nanos, hosts.get(host) ?? Number.POSITIVE_INFINITY));
    rttNanos.set(landmark, hosts);
  }
  return { nodes, rttNanos };
}

function rowsOf<Row>(folder: string, name: string, schema: z.ZodType<Row>): Row[] {
  const path = join(folder, name);
  return parseFile(path, name).map((row, index) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw refuse(name, index, `${issue?.path.join('.') || 'row'}: ${issue?.message}`);
  });
}

function parseFile(path: string, name: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const mend = 'A matrix is a folder that holds nodes.csv and rtts.csv.';
    throw new UsageError('unreadable', `cannot read ${path}`, mend, cause);
  }
  try {
    const rows: unknown[] = parseCsv(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
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
