import type { DayOfWindow } from '../../ledger/caps.ts';
import { takenOf } from '../../ledger/entries.ts';
import { firstDayOf } from '../../ledger/periods.ts';
import { sumOf } from '../../ledger/units.ts';
import { balancesBetween } from '../../store/ledger/balances.ts';
import type { View } from '../../store/port.ts';

/** After every period that there is: leases are counted on the day on which they end. */
const LAST = '9999-99';

/** What an account took on each day of a window up to now, and on those to come. */
export async function daysOfWindow(
  view: View,
  account: string,
  at: Date,
  windowDays: number,
): Promise<DayOfWindow[]> {
  return takenBetween(view, account, firstDayOf(at, windowDays), LAST);
}

/** What an account took between two periods, both included. @throws LedgerError `ledger_overflow` */
export async function sumBetween(view: View, account: string, from: string, to: string): Promise<number> {
  return takenIn(await takenBetween(view, account, from, to));
}

/** @throws LedgerError `ledger_overflow` */
export function takenIn(days: readonly DayOfWindow[]): number {
  return sumOf(days.map(({ taken }) => taken));
}

async function takenBetween(view: View, account: string, from: string, to: string): Promise<DayOfWindow[]> {
  const rows = await view.all(balancesBetween, { account, from, to });
  return rows.map((row) => ({ period: row.period, taken: takenOf({ ...row, entries: 0 }) }));
}
