import type { PartyChange } from '../../protocol/party.ts';
import type { Tx } from '../../store/port.ts';
import { changeParty as changePartyRow, screenParty } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followOwnership, followScreening } from '../grant/follow-party.ts';
import type { Principal } from '../principal.ts';
import type { Finder } from './drafts.ts';
import { judgeParty, ownershipDiffers, type PartyRejection } from './judge-party.ts';
import { keepVersion, readParty, refusal, saidOf } from './parties.ts';

/**
 * Says something else of a party: its exporter or the authority. What is left out stays; what it was before stays too, as a version.
 * A party that changes its name has not been screened under the new one; what is denied stays denied.
 *
 * @throws RequestError `not_found`, `invalid_request`; `conflict` where the authority has spoken
 */
export async function changeParty(
  context: Context,
  by: Principal,
  id: string,
  { reason, ...changes }: PartyChange & { readonly reason: string },
): Promise<PartyTable> {
  return context.store.write(async (tx) => {
    const before = await readParty(tx, by, id);
    const at = context.clock();
    const planned = await planChange(tx, by, before, changes, at);
    if ('code' in planned) throw refusal(planned);
    return planned === before ? before : keepChange(context, tx, by, { before, planned, reason, at });
  });
}

type Change = {
  readonly before: PartyTable;
  readonly planned: PartyTable;
  readonly reason: string;
  readonly at: Date;
};

/** Makes a party what {@link planChange} has planned, in the caller's unit of work. */
export async function keepChange(
  context: Context,
  tx: Tx,
  by: Principal,
  { before, planned, reason, at }: Change,
): Promise<PartyTable> {
  const version = before.version + 1;
  const body = { partyId: before.id, version, ...saidOf(planned), reason, by: by.id };
  const leafIndex = await recordAct(tx, context, { type: 'party.changed', at, tenant: before.tenant, body });
  const row: PartyTable = { ...planned, version, leaf_index: leafIndex };
  await tx.run(changePartyRow, row);
  await keepVersion(tx, row, { reason, by: by.id, at });
  if (row.standing !== before.standing) await tx.run(screenParty, row);
  await followScreening(context, tx, row.id, { before, after: row, at });
  await followOwnership(context, tx, row, at);
  return row;
}

/** The party as it would be, without its version and the leaf of its act; the row itself where nothing changes. Nothing is written. */
export async function planChange(
  finder: Finder,
  by: Principal,
  before: PartyTable,
  changes: PartyChange,
  at: Date,
): Promise<PartyTable | PartyRejection> {
  const wish = after(before, changes, by.role);
  if (JSON.stringify(saidOf(wish)) === JSON.stringify(saidOf(before))) return before;
  return (await judgeParty(finder, by, before, wish, at)) ?? wish;
}

function after(before: PartyTable, changes: PartyChange, role: string): PartyTable {
  const legalName = changes.legalName ?? before.legal_name;
  const said = { ...before, legal_name: legalName, country: changes.country ?? before.country };
  const renamed = legalName !== before.legal_name && before.standing === 'clear';
  const owned = { ...said, ...ownershipAfter(before, changes, role) };
  // Whoever repeats the authority's word does not make it theirs.
  const repeats =
    before.ownership_role === 'authority' && role !== 'authority' && !ownershipDiffers(before, owned);
  const { ownership_source, ownership_dated, ownership_role } = repeats ? before : owned;
  const name = renamed ? UNDER_ANOTHER_NAME : {};
  return { ...owned, ownership_source, ownership_dated, ownership_role, ...name };
}

const UNDER_ANOTHER_NAME = {
  standing: 'unscreened',
  list_version: null,
  screened_on: null,
  clear_until_ms: null,
  standing_reason: 'screened under another name',
} as const;

/** Whoever says anything of an owner says it from a source of their own: an older source does not vouch for it. */
function ownershipAfter(before: PartyTable, changes: PartyChange, role: string): Partial<PartyTable> {
  const { headquarters, parentId, ultimateParentId, ownUltimateParent, source, dated } = changes;
  const said = [headquarters, parentId, ultimateParentId, ownUltimateParent, source, dated];
  if (said.every((member) => member === undefined)) return {};
  const parent = parentId === undefined ? before.parent_id : parentId;
  const gained = parentId !== undefined && parentId !== null;
  return {
    headquarters: headquarters ?? before.headquarters,
    parent_id: parent,
    ultimate_parent_id: ultimateParentId === undefined ? before.ultimate_parent_id : ultimateParentId,
    own_ultimate_parent: (ownUltimateParent ?? (gained ? false : before.own_ultimate_parent === 1)) ? 1 : 0,
    ownership_source: source ?? null,
    ownership_dated: dated ?? null,
    ownership_role: role,
  };
}
