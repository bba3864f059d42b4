import { tppAtHome, tppOfConsignee, tppOfCountry } from '../../ledger/accounts.ts';
import { takenOf } from '../../ledger/entries.ts';
import { monthsOfYear } from '../../ledger/periods.ts';
import type { Told } from '../../policy/told.ts';
import type { View } from '../../store/port.ts';
import { Draft } from './draft.ts';
import { sumBetween } from './taken.ts';

type Delivered = {
  /** The exporter that holds the licence. */
  readonly tenant: string;
  readonly destinations: readonly string[];
  readonly at: Date;
};

/**
 * What rule packs are told of deliveries: to the consignee in this calendar year, and to its country in all, which no period of a
 * rule exceeds; what the exporter shipped at home, where an authority entered it. Deliveries are counted by the consignee's country:
 * where they go to another, nothing is told of the destination.
 */
export async function deliveredForPacks(
  view: View,
  { id, country }: { readonly id: string; readonly country: string | null },
  { tenant, destinations, at }: Delivered,
): Promise<Told['ledger']> {
  const books = new Draft(view);
  const { from, to } = monthsOfYear(at);
  const consigneeYearTpp = await sumBetween(view, tppOfConsignee(id).name, from, to);
  const home = await books.balance(tppAtHome(tenant).name);
  const known = { consigneeYearTpp, ...(home.entries === 0 ? {} : { homeShipmentsTpp: takenOf(home) }) };
  if (country === null) return known;
  const countryPeriodTpp = takenOf(await books.balance(tppOfCountry(country).name));
  const isThere = destinations.length > 0 && destinations.every((one) => one === country);
  return { ...known, countryPeriodTpp, ...(isThere ? { destinationTpp: countryPeriodTpp } : {}) };
}
