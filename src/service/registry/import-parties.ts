import type { JsonValue } from '../../bytes/json.ts';
import type { PartyRequest } from '../../protocol/party.ts';
import {
  type PartyImportReport,
  type PartyImportRow,
  type PartyRow,
  partyRow,
} from '../../protocol/party-import.ts';
import type { Tx } from '../../store/port.ts';
import { partyById, partyByReference } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { keepChange, planChange } from './change-party.ts';
import { Drafts, draftId, type Finder, keptId, type Lookup, lookup } from './drafts.ts';
import { importReport } from './import-report.ts';
import type { PartyRejection } from './judge-party.ts';
import { onceEach, type ParsedRow, parseRows } from './parse-rows.ts';
import { keepParty, planParty } from './parties.ts';
import { type ImportFile, type ImportForm, readImport } from './read-import.ts';
import { judgeInTurn, takeInTurn } from './row-by-row.ts';

/** The columns of a CSV file; a parent is named by its id or, where a file brings both, by its reference. */
export const PARTY_COLUMNS = [
  'reference',
  'legalName',
  'country',
  'headquarters',
  'parentId',
  'parentReference',
  'ultimateParentId',
  'ultimateParentReference',
  'ownUltimateParent',
  'source',
  'dated',
] as const;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

const FORM: ImportForm = {
  noun: 'parties',
  columns: PARTY_COLUMNS,
  needed: ['reference', 'legalName', 'country'],
  valueOf: (cells) => {
    const party: { [name: string]: JsonValue } = Object.fromEntries(cells);
    const own = cells.get('ownUltimateParent');
    if (own !== undefined) party['ownUltimateParent'] = BOOLEANS.get(own) ?? own;
    return party;
  },
};

const REASON = 'said so by an import';

/**
 * Takes a file of parties into the register, row by row, told apart by their references. A row that is there already changes nothing, or says
 * something else of the party, which makes a version. Parents come before those whom they own: a row whose parent is not there
 * is rejected, and comes in when the file is repeated.
 *
 * @param file whose dry run says what would become of each row now, and keeps nothing
 * @throws RequestError `invalid_request` when the file as a whole cannot be read
 */
export async function importParties(
  context: Context,
  by: Principal,
  { mediaType, bytes, dryRun }: ImportFile,
): Promise<PartyImportReport> {
  const rows = onceEach(parseRows(readImport(FORM, mediaType, bytes), partyRow), ONE_REFERENCE);
  const results = await (dryRun ? tryRows : takeRows)(context, by, rows);
  return importReport(dryRun, results, { created: 0, changed: 0, unchanged: 0, rejected: 0 });
}

const ONE_REFERENCE = {
  keyOf: ({ reference }: PartyRow) => reference,
  field: 'reference',
  says: 'has the same reference',
};

type Rows = readonly ParsedRow<PartyRow, 'duplicate_row'>[];

function takeRows(context: Context, by: Principal, rows: Rows): Promise<PartyImportRow[]> {
  return takeInTurn(context, rows, async (tx, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const as = { id: newIdentifier('pty', context), at: context.clock() };
    const planned = await planRow(tx, by, wanted, as);
    if ('code' in planned) return { ...NOTHING, row, ...planned };
    const leafIndex = await keepRow(context, tx, by, planned, as.at);
    return { ...NOTHING, row, outcome: planned.outcome, partyId: planned.party.id, leafIndex };
  });
}

function tryRows(context: Context, by: Principal, rows: Rows): Promise<PartyImportRow[]> {
  const drafts = new Drafts<PartyTable>(FOUND_BY);
  return judgeInTurn(context, rows, async (view, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const as = { id: draftId(row), at: context.clock() };
    const planned = await planRow(drafts.over(view), by, wanted, as);
    if ('code' in planned) return { ...NOTHING, row, ...planned };
    drafts.put(planned.party);
    return { ...NOTHING, row, outcome: planned.outcome, partyId: keptId(planned.party.id) };
  });
}

const FOUND_BY: readonly Lookup<PartyTable>[] = [
  lookup(partyById, { keyOfParams: ({ id }) => id, keyOfRow: ({ id }) => id }),
  lookup(partyByReference, {
    keyOfParams: ({ tenant, reference }) => `${tenant} ${reference}`,
    keyOfRow: ({ tenant, reference }) => (reference === null ? null : `${tenant} ${reference}`),
  }),
];

const NOTHING = {
  outcome: 'rejected',
  partyId: null,
  leafIndex: null,
  code: null,
  field: null,
  message: null,
} as const;

type Planned =
  | { readonly outcome: 'created' | 'unchanged'; readonly party: PartyTable }
  | { readonly outcome: 'changed'; readonly party: PartyTable; readonly before: PartyTable };
type Refused = PartyRejection & { readonly partyId?: string | null };

/** What a row makes of the register. Nothing is written. */
async function planRow(
  finder: Finder,
  by: Principal,
  row: PartyRow,
  as: { readonly id: string; readonly at: Date },
): Promise<Planned | Refused> {
  const wanted = await wantedBy(finder, by, row);
  if ('code' in wanted) return wanted;
  const { wish, known } = wanted;
  if (known === undefined) {
    const made = await planParty(finder, by, wish, as);
    return 'code' in made ? made : { outcome: 'created', party: made };
  }
  const { reference: _, ...changes } = wish;
  const changed = await planChange(finder, by, known, changes, as.at);
  if ('code' in changed) return { ...changed, partyId: keptId(known.id) };
  if (changed === known) return { outcome: 'unchanged', party: known };
  return { outcome: 'changed', party: changed, before: known };
}

/** Where the leaf of the row's act stands; null where it changes nothing. */
async function keepRow(
  context: Context,
  tx: Tx,
  by: Principal,
  planned: Planned,
  at: Date,
): Promise<number | null> {
  switch (planned.outcome) {
    case 'created':
      return (await keepParty(context, tx, by, planned.party)).leaf_index;
    case 'changed': {
      const { before, party } = planned;
      return (await keepChange(context, tx, by, { before, planned: party, reason: REASON, at })).leaf_index;
    }
    case 'unchanged':
      return null;
  }
}

type Wanted = { readonly wish: PartyRequest & { reference: string }; readonly known: PartyTable | undefined };

/** What a row says with its parents by their identifiers, and the party that it speaks of where that is on the register. */
async function wantedBy(
  finder: Finder,
  by: Principal,
  { parentReference, ultimateParentReference, ...wanted }: PartyRow,
): Promise<Wanted | PartyRejection> {
  const parents = {
    parentId: await named(finder, by, parentReference, 'parentReference'),
    ultimateParentId: await named(finder, by, ultimateParentReference, 'ultimateParentReference'),
  };
  for (const parent of Object.values(parents)) if (typeof parent === 'object') return parent;
  const { parentId = wanted.parentId, ultimateParentId = wanted.ultimateParentId } = parents as {
    [name in keyof typeof parents]?: string; // none is a rejection any more
  };
  const wish = { ...wanted, parentId, ultimateParentId };
  const known = await finder.first(partyByReference, { tenant: by.tenant, reference: wanted.reference });
  return { wish, known };
}

async function named(
  finder: Finder,
  by: Principal,
  reference: string | undefined,
  field: string,
): Promise<string | PartyRejection | undefined> {
  if (reference === undefined) return undefined;
  const found = await finder.first(partyByReference, { tenant: by.tenant, reference });
  if (found !== undefined) return found.id;
  const message = `no party of yours has the reference ${reference}: put its row before this one, and repeat the file`;
  return { code: 'parent_unknown', field, message };
}
