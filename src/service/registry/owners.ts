import type { View } from '../../store/port.ts';
import { partiesCalled } from '../../store/registry/parties.ts';
import type { PartyTable } from '../../store/registry/tables.ts';
import { ownershipOf, ownershipOfRow } from './ownership.ts';

/** More than any chain of owners has, each of them registered by several exporters. */
const MOST_OWNERS = 500;

/** Who stands above a party, as far as anybody has said. */
export type Owners = {
  /** The party, everybody who owns it over any number of steps, and all of these again as others registered them. */
  readonly ids: ReadonlySet<string>;
  /** Whether the party's own chain is declared up to its top. */
  readonly isDeclared: boolean;
  /** Whether whoever is in that chain is there on the authority's word: an exporter may describe parties as it likes. */
  readonly isOfAuthority: boolean;
};

/**
 * Everybody who owns a party, whoever registered them. Exporters keep registers of their own, so that one company is several parties: those
 * of one country that have the same name, or the same reference, are taken for one.
 *
 * What remains unproven: that a company goes by no second name.
 */
export async function ownersOf(view: View, partyId: string): Promise<Owners> {
  const own = await ownershipOf(view, partyId);
  if (own === undefined) return { ids: new Set([partyId]), isDeclared: false, isOfAuthority: false };
  const found = new Map<string, PartyTable>();
  const wanted = [own.row, ...own.parents];
  for (let row = wanted.pop(); row !== undefined; row = wanted.pop()) {
    if (found.has(row.id)) continue;
    found.set(row.id, row);
    if (found.size > MOST_OWNERS)
      return { ids: new Set(found.keys()), isDeclared: false, isOfAuthority: false };
    const { country, legal_name: name, reference } = row;
    for (const same of await view.all(partiesCalled, { country, name, reference })) {
      if (!found.has(same.id)) wanted.push(same, ...(await ownershipOfRow(view, same)).parents);
    }
  }
  return {
    ids: new Set(found.keys()),
    isDeclared: own.ownership.complete,
    isOfAuthority: [own.row, ...own.parents].every((row) => row.ownership_role === 'authority'),
  };
}
