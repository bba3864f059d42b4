import { takenOf } from '../../ledger/entries.ts';
import { sumOf } from '../../ledger/units.ts';
import { balancesBetween } from '../../store/ledger/balances.ts';
import type { View } from '../../store/port.ts';

/** What an account took between two periods, both included. @throws LedgerError `ledger_overflow` */
export async function sumBetween(view: View, account: string, from: string, to: string): Promise<number> {
  return sumOf((await view.all(balancesBetween, { account, from, to })).map(takenOf));
}
