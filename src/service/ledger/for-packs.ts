import { tppOfConsignee, tppOfCountry } from '../../ledger/accounts.ts';
import { takenOf } from '../../ledger/entries.ts';
import { monthsOfYear } from '../../ledger/periods.ts';
import type { Told } from '../../policy/told.ts';
import type { View } from '../../store/port.ts';
import { Draft } from './draft.ts';
import { sumBetween } from './taken.ts';

/**
 * What rule packs are told of deliveries: to the consignee in this calendar year, and to its country in all, which no period of a
 * rule exceeds. Deliveries are counted by the consignee's country: where they go to another, nothing is told of the destination.
 */
export async function deliveredForPacks(
  view: View,
  { id, country }: { readonly id: string; readonly country: string | null },
  { destinations, at }: { readonly destinations: readonly string[]; readonly at: Date },
): Promise<Told['ledger']> {
  const { from, to } = monthsOfYear(at);
  const consigneeYearTpp = await sumBetween(view, tppOfConsignee(id).name, from, to);
  if (country === null) return { consigneeYearTpp };
  const countryPeriodTpp = takenOf(await new Draft(view).balance(tppOfCountry(country).name));
  const isThere = destinations.length > 0 && destinations.every((one) => one === country);
  return { consigneeYearTpp, countryPeriodTpp, ...(isThere ? { destinationTpp: countryPeriodTpp } : {}) };
}
