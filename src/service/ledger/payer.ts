import { computeOfParty } from '../../ledger/accounts.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';

/** More than any chain of owners has: one that is longer, or goes in a circle, names nobody. */
const MAX_PARENTS = 32;

/** The account that the use of a licence is charged to besides its own; null where nobody can be named. */
export async function payerOf(
  view: View,
  { endUser, consignee, purpose }: Pick<LicenceConditions, 'endUser' | 'consignee' | 'purpose'>,
): Promise<string | null> {
  const user = endUser ?? consignee;
  if (user === undefined || purpose === undefined) return null;
  const parent = await ultimateParentOf(view, user);
  return parent === null ? null : computeOfParty(parent, purpose).name;
}

/** Who stands at the top of a party's owners, as far as they are registered; the party itself where nobody is. */
async function ultimateParentOf(view: View, partyId: string): Promise<string | null> {
  let id = partyId;
  for (let step = 0; step < MAX_PARENTS; step++) {
    const row = await view.first(partyById, { id });
    if (row === undefined) return null;
    // A party may name its ultimate parent, its direct one or both.
    const parent = row.ultimate_parent_id ?? row.parent_id;
    if (parent === null || parent === id) return id;
    id = parent;
  }
  return null;
}
