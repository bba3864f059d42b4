import {
  type ScreeningReport,
  type ScreeningRow,
  type ScreeningRunRequest,
  screeningRun,
} from '../../protocol/screening.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { type ImportForm, type RawRow, readImport } from './read-import.ts';
import { firstIssue } from './rejected-row.ts';
import { recordRun } from './screen-party.ts';

/** The columns of a CSV file, all of them needed. */
export const SCREENING_COLUMNS = ['partyId', 'listVersion', 'outcome', 'reviewer', 'date'] as const;

const FORM: ImportForm = {
  noun: 'screenings',
  columns: SCREENING_COLUMNS,
  needed: SCREENING_COLUMNS,
  valueOf: (cells) => Object.fromEntries(cells),
};

/** Rows of one unit of work: others' writes get their turn between two. */
const UNIT_ROWS = 100;

/**
 * Takes a file of what screening tools found, row by row: rows that are right are kept although others are not, each with its own
 * act in the log. Repeating a file, also after a crash in its midst, changes nothing that is there already.
 *
 * @throws RequestError `invalid_request` when the file as a whole cannot be read
 */
export async function importScreenings(
  context: Context,
  by: Principal,
  mediaType: string,
  bytes: Uint8Array,
): Promise<ScreeningReport> {
  const rows = readImport(FORM, mediaType, bytes).map(judged);
  const results: ScreeningRow[] = [];
  for (let start = 0; start < rows.length; start += UNIT_ROWS) {
    const unit = rows.slice(start, start + UNIT_ROWS);
    const reports = await context.store.write(async (tx) => {
      const done: ScreeningRow[] = [];
      for (const { row, wanted } of unit) {
        if ('code' in wanted) done.push({ ...NOTHING, row, ...wanted });
        else {
          const recorded = await recordRun(context, tx, by, wanted);
          done.push({ ...NOTHING, row, partyId: wanted.partyId, ...recorded });
        }
      }
      return done;
    });
    results.push(...reports);
  }
  const count = (outcome: ScreeningRow['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    rows: results.length,
    recorded: count('recorded'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    results,
  };
}

const NOTHING = {
  outcome: 'rejected',
  partyId: null,
  standing: null,
  leafIndex: null,
  code: null,
  field: null,
  message: null,
} as const;

type Judged = {
  readonly row: number;
  readonly wanted: ScreeningRunRequest | Pick<ScreeningRow, 'code' | 'field' | 'message'>;
};

function judged(raw: RawRow): Judged {
  const { row } = raw;
  if ('malformed' in raw) {
    return { row, wanted: { code: 'row_malformed', field: 'row', message: raw.malformed } };
  }
  const parsed = screeningRun.safeParse(raw.value);
  return { row, wanted: parsed.success ? parsed.data : firstIssue(parsed.error.issues) };
}
