import {
  chainOf,
  MAX_CHAIN,
  type Ownership,
  type OwnershipRecord,
  topOf,
} from '../../policy/register/ownership.ts';
import type { View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import type { Finder } from './drafts.ts';

/** A party with the chain of its parents, each as the register has it. */
export type OwnedParty = {
  readonly row: PartyTable;
  readonly ownership: Ownership;
  /** The rows of `ownership.parents`, in their order. */
  readonly parents: readonly PartyTable[];
  /** The id of whoever stands at the top, as far as the register knows; null where it cannot say (`topOf`). */
  readonly topId: string | null;
};

/** Who owns a party, up to the top; undefined where the register does not know it. In the caller's snapshot or unit of work. */
export async function ownershipOf(view: View, partyId: string): Promise<OwnedParty | undefined> {
  const row = await view.first(partyById, { id: partyId });
  return row === undefined ? undefined : ownershipOfRow(view, row);
}

/** Of a row that was read already, or is about to be written. */
export async function ownershipOfRow(view: Finder, row: PartyTable): Promise<OwnedParty> {
  const rows = new Map([[row.id, row]]);
  const wanted = [row.parent_id, row.ultimate_parent_id];
  // Each party names two at most, so that this ends also where they name each other.
  while (wanted.length > 0 && rows.size <= 2 * MAX_CHAIN) {
    const id = wanted.pop();
    if (id === undefined || id === null || rows.has(id)) continue;
    const parent = await view.first(partyById, { id });
    if (parent === undefined) continue;
    rows.set(id, parent);
    wanted.push(parent.ultimate_parent_id, parent.parent_id);
  }
  const records = new Map([...rows].map(([id, one]) => [id, recordOf(one)]));
  const ownership = chainOf(recordOf(row), records);
  const parents = ownership.parents.flatMap(({ id }) => rows.get(id) ?? []);
  return { row, ownership, parents, topId: topOf(recordOf(row), records)?.id ?? null };
}

function recordOf(row: PartyTable): OwnershipRecord {
  return {
    id: row.id,
    headquarters: row.headquarters,
    parentId: row.parent_id,
    ultimateParentId: row.ultimate_parent_id,
    ownUltimateParent: row.own_ultimate_parent === 1,
  };
}
