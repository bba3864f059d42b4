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
import type { Principal } from '../principal.ts';
import { applyChange, planChange } from './change-party.ts';
import { Drafts, draftId, type Finder, keptId, type Lookup, lookup } from './drafts.ts';
import type { PartyRejection } from './judge-party.ts';
import { addParty, planParty } from './parties.ts';
import { type ImportFile, type ImportForm, type RawRow, readImport } from './read-import.ts';
import { firstIssue } from './rejected-row.ts';
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
  const seen = new Map<string, number>();
  const rows = readImport(FORM, mediaType, bytes).map((raw) => judged(raw, seen));
  const results = await (dryRun ? tryRows : takeRows)(context, by, rows);
  const count = (outcome: PartyImportRow['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    dryRun,
    rows: results.length,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    results,
  };
}

function takeRows(context: Context, by: Principal, rows: readonly Judged[]): Promise<PartyImportRow[]> {
  return takeInTurn(context, rows, async (tx, { row, wanted }) => {
    return { ...NOTHING, row, ...('code' in wanted ? wanted : await take(context, tx, by, wanted)) };
  });
}

function tryRows(context: Context, by: Principal, rows: readonly Judged[]): Promise<PartyImportRow[]> {
  const drafts = new Drafts<PartyTable>(FOUND_BY);
  return judgeInTurn(context, rows, async (view, { row, wanted }) => {
    if ('code' in wanted) return { ...NOTHING, row, ...wanted };
    const as = { id: draftId(row), at: context.clock() };
    const tried = await attempt(drafts.over(view), by, wanted, as);
    if ('code' in tried) return { ...NOTHING, row, ...tried };
    drafts.put(tried.row);
    return { ...NOTHING, row, outcome: tried.outcome, partyId: keptId(tried.row.id) };
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

type Rejected = Pick<PartyImportRow, 'code' | 'field' | 'message'>;
type Judged = { readonly row: number; readonly wanted: PartyRow | Rejected };

function judged(raw: RawRow, seen: Map<string, number>): Judged {
  const { row } = raw;
  if ('malformed' in raw) {
    return { row, wanted: { code: 'row_malformed', field: 'row', message: raw.malformed } };
  }
  const parsed = partyRow.safeParse(raw.value);
  if (!parsed.success) return { row, wanted: firstIssue(parsed.error.issues) };
  const first = seen.get(parsed.data.reference);
  if (first !== undefined) {
    const message = `row ${first} has the same reference: keep one of them`;
    return { row, wanted: { code: 'duplicate_row', field: 'reference', message } };
  }
  seen.set(parsed.data.reference, row);
  return { row, wanted: parsed.data };
}

async function take(
  context: Context,
  tx: Tx,
  by: Principal,
  row: PartyRow,
): Promise<Partial<PartyImportRow>> {
  const wanted = await wantedBy(tx, by, row);
  if ('code' in wanted) return wanted;
  const { wish, known } = wanted;
  if (known === undefined) {
    const made = await addParty(context, tx, by, wish);
    if ('code' in made) return made;
    return { outcome: 'created', partyId: made.id, leafIndex: made.leaf_index };
  }
  const { reference: _, ...changes } = wish;
  const changed = await applyChange(context, tx, by, known, changes, REASON);
  if ('code' in changed) return { ...changed, partyId: known.id };
  if (!changed.isNew) return { outcome: 'unchanged', partyId: known.id };
  return { outcome: 'changed', partyId: known.id, leafIndex: changed.row.leaf_index };
}

type Attempt =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly row: PartyTable }
  | (PartyRejection & { readonly partyId?: string | null });

/** What {@link take} would do, without doing it. */
async function attempt(
  finder: Finder,
  by: Principal,
  row: PartyRow,
  as: { readonly id: string; readonly at: Date },
): Promise<Attempt> {
  const wanted = await wantedBy(finder, by, row);
  if ('code' in wanted) return wanted;
  const { wish, known } = wanted;
  if (known === undefined) {
    const made = await planParty(finder, by, wish, as);
    return 'code' in made ? made : { outcome: 'created', row: made };
  }
  const { reference: _, ...changes } = wish;
  const changed = await planChange(finder, by, known, changes, as.at);
  if ('code' in changed) return { ...changed, partyId: keptId(known.id) };
  return { outcome: changed === known ? 'unchanged' : 'changed', row: changed };
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
