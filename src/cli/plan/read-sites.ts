import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import type { PlannedFacility, Site } from '../../location/plan/index.ts';
import { country } from '../../protocol/country.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

/** A number of JSON, or the text of one in CSV. */
const figure = z.union([
  z.number(),
  z
    .string()
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)$/, 'must be a decimal number with a point')
    .transform(Number),
]);
const place = {
  id: z.string().min(1).max(200),
  latitude: figure.pipe(z.number().min(-90).max(90)),
  longitude: figure.pipe(z.number().min(-180).max(180)),
};
const codes = z.union([
  z.array(country),
  z
    .string()
    .transform((text) => text.split(/[\s;]+/))
    .pipe(z.array(country)),
]);

const facility = z.object({ ...place, countries: codes.pipe(z.array(country).min(1)) });
const site = z
  .object({
    ...place,
    controlGroup: z.string().max(200).optional(),
    existing: z
      .union([z.boolean(), z.enum(['true', 'false', '']).transform((text) => text === 'true')])
      .default(false),
  })
  // A site of nobody's group is a group of its own.
  .transform(({ controlGroup, ...rest }) => ({ ...rest, controlGroup: controlGroup || rest.id }));

/** @throws {UsageError} `unreadable`, `bad_sites` with row and column */
export function readFacilities(path: string): readonly PlannedFacility[] {
  return read(path, facility);
}

/** @throws {UsageError} `unreadable`, `bad_sites` with row and column */
export function readCandidates(path: string): readonly Site[] {
  return read(path, site);
}

/** JSON (a list of objects) or CSV with a header, told apart by the first character. */
function read<Row extends { readonly id: string }>(path: string, schema: z.ZodType<Row>): Row[] {
  const rows = parse(
    readInput(path)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
    path,
  ).map((row, index) => {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw refuse(path, `row ${index + 1}: ${issue?.path.join('.') || 'row'}: ${issue?.message}`);
  });
  if (rows.length === 0) throw refuse(path, 'names nothing');
  const twice = rows.find((row, index) => rows.findIndex(({ id }) => id === row.id) !== index);
  if (twice !== undefined) throw refuse(path, `${twice.id} stands there twice`);
  return rows;
}

function parse(text: string, path: string): unknown[] {
  try {
    if (!/^\s*\[/.test(text)) {
      const rows: unknown[] = parseCsv(text, { columns: true, skip_empty_lines: true, trim: true });
      return rows;
    }
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw refuse(path, 'is neither a JSON list nor CSV with a header', cause);
  }
}

function refuse(path: string, what: string, cause?: unknown): UsageError {
  return new UsageError('bad_sites', `${path}: ${what}`, 'See sextant plan --help.', cause);
}
