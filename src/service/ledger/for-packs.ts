import { tppAtHome, tppOfConsignee, tppOfCountry } from '../../ledger/accounts.ts';
import { type Balance, EMPTY_BALANCE, takenOf } from '../../ledger/entries.ts';
import { monthsOfYear } from '../../ledger/periods.ts';
import type { Told } from '../../policy/told.ts';
import { totalsAndRange } from '../../store/ledger/totals.ts';
import type { View } from '../../store/port.ts';
import { takenTogether } from './taken.ts';

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
  const { from, to } = monthsOfYear(at);
  const [third, one] = [tppOfConsignee(id).name, tppAtHome(tenant).name];
  const other = country === null ? one : tppOfCountry(country).name;
  const rows = await view.all(totalsAndRange, { one, other, third, from, to });
  const year = rows.find((row) => row.period === null);
  const holds = (account: string): Balance =>
    rows.find((row) => row.period !== null && row.account === account) ?? EMPTY_BALANCE;
  const home = holds(one);
  const known = {
    consigneeYearTpp: year === undefined ? 0 : takenTogether(year),
    ...(home.entries === 0 ? {} : { homeShipmentsTpp: takenOf(home) }),
  };
  if (country === null) return known;
  const countryPeriodTpp = takenOf(holds(other));
  const isThere = destinations.length > 0 && destinations.every((one) => one === country);
  return { ...known, countryPeriodTpp, ...(isThere ? { destinationTpp: countryPeriodTpp } : {}) };
}
