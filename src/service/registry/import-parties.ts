import type { JsonValue } from '../../bytes/json.ts';
import {
  type PartyImportReport,
  type PartyImportRow,
  type PartyRow,
  partyRow,
} from '../../protocol/party-import.ts';
import type { Tx } from '../../store/port.ts';
import { partyByReference } from '../../store/registry/parties.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../principal.ts';
import { applyChange } from './change-party.ts';
import type { PartyRejection } from './judge-party.ts';
import { addParty } from './parties.ts';
import { type ImportForm, type RawRow, readImport } from './read-import.ts';
import { firstIssue } from './rejected-row.ts';

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

const UNIT_ROWS = 100;
const REASON = 'said so by an import';

/**
 * Takes a file of parties into the register, row by row, told apart by their references. A row that is there already changes nothing, or says
 * something else of the party, which makes a version. Parents come before those whom they own: a row whose parent is not there
 * is rejected, and comes in when the file is repeated.
 *
 * @throws RequestError `invalid_request` when the file as a whole cannot be read
 */
export async function importParties(
  context: Context,
  by: Principal,
  mediaType: string,
  bytes: Uint8Array,
): Promise<PartyImportReport> {
  const seen = new Map<string, number>();
  const rows = readImport(FORM, mediaType, bytes).map((raw) => judged(raw, seen));
  const results: PartyImportRow[] = [];
  for (let start = 0; start < rows.length; start += UNIT_ROWS) {
    const unit = rows.slice(start, start + UNIT_ROWS);
    const reports = await context.store.write(async (tx) => {
      const done: PartyImportRow[] = [];
      for (const { row, wanted } of unit) {
        done.push({ ...NOTHING, row, ...('code' in wanted ? wanted : await take(context, tx, by, wanted)) });
      }
      return done;
    });
    results.push(...reports);
  }
  const count = (outcome: PartyImportRow['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    rows: results.length,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    results,
  };
}

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
  { parentReference, ultimateParentReference, ...wanted }: PartyRow,
): Promise<Partial<PartyImportRow>> {
  const parents = {
    parentId: await named(tx, by, parentReference, 'parentReference'),
    ultimateParentId: await named(tx, by, ultimateParentReference, 'ultimateParentReference'),
  };
  for (const parent of Object.values(parents)) if (typeof parent === 'object') return parent;
  const { parentId = wanted.parentId, ultimateParentId = wanted.ultimateParentId } = parents as {
    [name in keyof typeof parents]?: string; // none is a rejection any more
  };
  const wish = { ...wanted, parentId, ultimateParentId };
  const known = await tx.first(partyByReference, { tenant: by.tenant, reference: wanted.reference });
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

async function named(
  tx: Tx,
  by: Principal,
  reference: string | undefined,
  field: string,
): Promise<string | PartyRejection | undefined> {
  if (reference === undefined) return undefined;
  const found = await tx.first(partyByReference, { tenant: by.tenant, reference });
  if (found !== undefined) return found.id;
  const message = `no party of yours has the reference ${reference}: put its row before this one, and repeat the file`;
  return { code: 'parent_unknown', field, message };
}
