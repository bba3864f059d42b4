import { computeOfParty } from '../../ledger/accounts.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { View } from '../../store/port.ts';
import { ownershipOf } from '../registry/ownership.ts';

/** The account that the use of a licence is charged to besides its own; null where nobody can be named. */
export async function payerOf(
  view: View,
  { endUser, consignee, purpose }: Pick<LicenceConditions, 'endUser' | 'consignee' | 'purpose'>,
): Promise<string | null> {
  const user = endUser ?? consignee;
  if (user === undefined || purpose === undefined) return null;
  const owned = await ownershipOf(view, user);
  return owned === undefined || owned.topId === null ? null : computeOfParty(owned.topId, purpose).name;
}
