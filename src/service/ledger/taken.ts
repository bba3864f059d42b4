import { takenOf } from '../../ledger/entries.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { sumOf } from '../../ledger/units.ts';
import { balancesBetween } from '../../store/ledger/balances.ts';
import { HALF, type TotalRow } from '../../store/ledger/totals.ts';
import type { View } from '../../store/port.ts';

/** What an account took in several periods together. @throws LedgerError `ledger_overflow` */
export function takenTogether({ high, low }: Pick<TotalRow, 'high' | 'low'>): number {
  const sum = high * HALF + low;
  if (Number.isSafeInteger(sum)) return sum;
  throw new LedgerError('ledger_overflow', 'more than can be counted', {
    expected: `at most ${Number.MAX_SAFE_INTEGER}`,
    actual: String(sum),
  });
}

/** What an account took between two periods, both included. @throws LedgerError `ledger_overflow` */
export async function sumBetween(view: View, account: string, from: string, to: string): Promise<number> {
  return sumOf((await view.all(balancesBetween, { account, from, to })).map(takenOf));
}
