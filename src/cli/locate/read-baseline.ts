import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import type { Grade } from '../../location/bound.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

/** What another analysis says of one host: true and false are answers, null is none. */
export type BaselineRow = {
  readonly id: string;
  readonly ownCountry: boolean | null;
  readonly notForbidden: boolean | null;
};

export type Baseline = {
  readonly rows: ReadonlyMap<string, BaselineRow>;
  /** The countries of its column `proven_not_…`. */
  readonly forbidden: readonly string[];
};

const SPEEDS: Readonly<Record<Grade, string>> = { A: 'c', B: '0.69c' };
const answer = z.enum(['0', '1', '']).transform((text) => (text === '' ? null : text === '1'));
const row = z.looseObject({ id: z.string().min(1), speed: z.string(), proven_own_country: answer });

/**
 * Another analysis of the same matrix, host by host: `id,speed,proven_own_country,proven_not_CN_RU_…`, with speed `c` or
 * `0.69c`, of which the one of the grade is read. Other columns are passed over.
 *
 * @throws {UsageError} `unreadable`, `bad_matrix`
 */
export function readBaseline(path: string, grade: Grade): Baseline {
  const text = readInput(path).toString('utf8');
  const records = parse(text, path);
  const column = Object.keys(records[0] ?? {}).find((name) => name.startsWith('proven_not_'));
  const rows = new Map<string, BaselineRow>();
  for (const [index, record] of records.entries()) {
    const read = row.safeParse(record);
    const not = answer.safeParse(column === undefined ? '' : record[column]);
    if (!read.success || !not.success) {
      throw new UsageError('bad_matrix', `${path}, row ${index + 1}: not a row of a baseline`, MEND);
    }
    const { id, speed, proven_own_country: ownCountry } = read.data;
    if (speed === SPEEDS[grade]) rows.set(id, { id, ownCountry, notForbidden: not.data });
  }
  return { rows, forbidden: column?.slice('proven_not_'.length).split('_') ?? [] };
}

const MEND =
  'It needs the columns id, speed (c or 0.69c), proven_own_country and proven_not_CODES, with 0, 1 or nothing.';

function parse(text: string, path: string): Record<string, string>[] {
  try {
    const records: Record<string, string>[] = parseCsv(text, {
      columns: true,
      skip_empty_lines: true,
      trim: true,
      bom: true,
    });
    return records;
  } catch (cause) {
    throw new UsageError('bad_matrix', `${path} is not CSV with a header`, MEND, cause);
  }
}
