import type { ChainGap } from '../../policy/register/ownership.ts';
import type { View } from '../../store/port.ts';
import { partiesOwnedBy } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { type OwnedParty, ownershipOf, ownershipOfRow } from './ownership.ts';

/** More than any group of companies that an exporter registers: a larger one is not known. */
const MAX_GROUP = 10_000;

/** Everybody whom a party owns, over any number of steps, itself not included; null where they are too many. */
export async function ownedBy(view: View, partyId: string): Promise<readonly PartyTable[] | null> {
  const found = new Map<string, PartyTable>();
  const wanted = [partyId];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    for (const row of await view.all(partiesOwnedBy, { parentId: id })) {
      if (row.id === partyId || found.has(row.id)) continue;
      if (found.size >= MAX_GROUP) return null;
      found.set(row.id, row);
      wanted.push(row.id);
    }
  }
  return [...found.values()];
}

/** Why a group is not known whole: whose owners are not declared up to the top, or that it is too large. */
export type GroupGap =
  | { readonly kind: 'owners'; readonly id: string; readonly why: ChainGap }
  | { readonly kind: 'size'; readonly id: string; readonly why: null };

export type Group = {
  /** As far as it is known. */
  readonly members: readonly PartyTable[];
  /** Empty where it is known whole. */
  readonly gaps: readonly GroupGap[];
};

/**
 * Everybody whom the ultimate parent of a party owns, that parent and the party included. It is not known whole where the party's chain of
 * parents, or that of anybody who names one of them, is not declared up to the top.
 */
export async function groupOf(view: View, partyId: string): Promise<Group> {
  const party = await ownershipOf(view, partyId);
  if (party === undefined) {
    return { members: [], gaps: [{ kind: 'owners', id: partyId, why: 'parent-unknown' }] };
  }
  const own = gapOf(party);
  if (own !== null) return { members: [party.row], gaps: [own] };
  const top = party.parents.at(-1) ?? party.row;
  const owned = await ownedBy(view, top.id);
  if (owned === null) return { members: [top], gaps: [{ kind: 'size', id: top.id, why: null }] };
  const gaps = new Map<string, GroupGap>();
  for (const row of owned) {
    const gap = gapOf(await ownershipOfRow(view, row));
    if (gap !== null) gaps.set(gap.id, gap);
  }
  return { members: [top, ...owned], gaps: [...gaps.values()] };
}

/** Names whoever has to say more: the last of the chain that is known. */
function gapOf({ row, parents, ownership: { gap } }: OwnedParty): GroupGap | null {
  if (gap === null) return null;
  let last = row;
  // Who names an ultimate parent that others do not has said too much, and not the last of them too little.
  for (const parent of gap === 'ultimate-parent-disagrees' ? [] : parents) {
    if (parent.id === last.parent_id) last = parent;
  }
  return { kind: 'owners', id: last.id, why: gap };
}
