import type { View } from '../../store/port.ts';
import { partiesOwnedBy } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { ownershipOf, ownershipOfRow } from './ownership.ts';

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

/**
 * Everybody whom the ultimate parent of a party owns, that parent and the party included. Null where it is not known whole: the party's
 * chain of parents, or that of anybody who names one of them, is not declared up to the top.
 */
export async function groupOf(view: View, partyId: string): Promise<readonly PartyTable[] | null> {
  const party = await ownershipOf(view, partyId);
  if (party?.ownership.complete !== true) return null;
  const top = party.parents.at(-1) ?? party.row;
  const owned = await ownedBy(view, top.id);
  if (owned === null) return null;
  for (const row of owned) {
    if (!(await ownershipOfRow(view, row)).ownership.complete) return null;
  }
  return [top, ...owned];
}
