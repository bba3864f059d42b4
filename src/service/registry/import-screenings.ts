import {
  type ScreeningReport,
  type ScreeningRow,
  type ScreeningRunRequest,
  screeningRun,
} from '../../protocol/screening.ts';
import { partyById } from '../../store/registry/parties.ts';
import { sameScreeningRun } from '../../store/registry/screening.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { Drafts, draftId, lookup } from './drafts.ts';
import { importReport } from './import-report.ts';
import { type ParsedRow, parseRows } from './parse-rows.ts';
import { type ImportFile, type ImportForm, readImport } from './read-import.ts';
import { judgeInTurn, takeInTurn } from './row-by-row.ts';
import { columnsOf, planRun, recordRun } from './screen-party.ts';
import { standingOf } from './screening.ts';

/** The columns of a CSV file, all of them needed. */
export const SCREENING_COLUMNS = ['partyId', 'listVersion', 'outcome', 'reviewer', 'date'] as const;

const FORM: ImportForm = {
  noun: 'screenings',
  columns: SCREENING_COLUMNS,
  needed: SCREENING_COLUMNS,
  valueOf: (cells) => Object.fromEntries(cells),
};

/**
 * Takes a file of what screening tools found, row by row: rows that are right are kept although others are not, each with its own
 * act in the log. Repeating a file, also after a crash in its midst, changes nothing that is there already.
 *
 * @param file whose dry run says what would become of each row now, and keeps nothing
 * @throws RequestError `invalid_request` when the file as a whole cannot be read
 */
export async function importScreenings(
  context: Context,
  by: Principal,
  { mediaType, bytes, dryRun }: ImportFile,
): Promise<ScreeningReport> {
  const rows = parseRows(readImport(FORM, mediaType, bytes), screeningRun);
  const results = await (dryRun ? tryRows(context, rows) : takeRows(context, by, rows));
  return importReport(dryRun, results, { recorded: 0, unchanged: 0, rejected: 0 });
}

type Rows = readonly ParsedRow<ScreeningRunRequest>[];

function takeRows(context: Context, by: Principal, rows: Rows): Promise<ScreeningRow[]> {
  return takeInTurn(context, rows, async (tx, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    return { ...NOTHING, row, partyId: wanted.partyId, ...(await recordRun(context, tx, by, wanted)) };
  });
}

function tryRows(context: Context, rows: Rows): Promise<ScreeningRow[]> {
  const parties = new Drafts<PartyTable>([
    lookup(partyById, { keyOfParams: ({ id }) => id, keyOfRow: ({ id }) => id }),
  ]);
  const runs = new Drafts<Run>([lookup(sameScreeningRun, { keyOfParams: keyOf, keyOfRow: keyOf })]);
  return judgeInTurn(context, rows, async (view, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const about = { ...NOTHING, row, partyId: wanted.partyId };
    const planned = await planRun(runs.over(parties.over(view)), wanted, context.clock());
    if (planned.outcome !== 'recorded') return { ...about, ...planned };
    parties.put(planned.next);
    runs.put({ id: draftId(row), leaf_index: 0, ...columnsOf(wanted) });
    return { ...about, outcome: 'recorded', standing: standingOf(planned.next) };
  });
}

type RunColumns = ReturnType<typeof columnsOf>;
type Run = RunColumns & { readonly id: string; readonly leaf_index: number };

function keyOf({ party_id, list_version, screened_on, outcome, reviewer }: RunColumns): string {
  return JSON.stringify([party_id, list_version, screened_on, outcome, reviewer]);
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
