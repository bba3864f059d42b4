import { finding } from '../../../record/audit/findings.ts';
import type { LedgerBalanceTable, LedgerEntryTable } from '../../../store/ledger/tables.ts';
import { EntryCheck } from './check-entries.ts';
import type { RowsAudit } from './check-rows.ts';

const CHECK = 'books.balanced';

type Sum = { reserved: number; committed: number; entries: number };

/**
 * Adds the books up again: entries are numbered without a gap, every balance is their sum, in all and by period, and each that names an act
 * says what the act says (check-entries.ts).
 */
export async function checkBooks(audit: RowsAudit): Promise<void> {
  const balances = audit.state.balances()[Symbol.asyncIterator]();
  let account: string | null = null;
  let sums = new Map<string, Sum>();
  let next = await balances.next();
  const entries = new EntryCheck(audit);
  const settle = async (upTo: string | null): Promise<void> => {
    // Both are in the order of accounts: what has a balance and no entry lies between.
    for (; next.done !== true && next.value.account !== upTo; next = await balances.next()) {
      if (next.value.account === account) judge(next.value, sums, audit);
      else tellUnbalanced(next.value, undefined, audit);
    }
    for (const [period, sum] of sums) {
      if (account !== null) tellUnbalanced({ account, period }, sum, audit);
    }
  };
  for await (const entry of audit.state.entries()) {
    if (entry.account !== account) {
      await settle(entry.account);
      [account, sums] = [entry.account, new Map()];
    }
    add(entry, sums, audit);
    await entries.next(entry);
  }
  await entries.end();
  await settle(null);
}

function add(entry: LedgerEntryTable, sums: Map<string, Sum>, { tally }: RowsAudit): void {
  for (const period of new Set(['', entry.period])) {
    const sum = sums.get(period) ?? { reserved: 0, committed: 0, entries: 0 };
    sum.reserved += entry.reserved;
    sum.committed += entry.committed;
    sum.entries++;
    sums.set(period, sum);
  }
  const expected = sums.get('')?.entries ?? 0;
  if (expected === entry.number) return;
  const subject = `account ${entry.account}, its entries`;
  tally.found(
    finding('books.unbalanced', subject, { expected: `entry ${expected}`, actual: `entry ${entry.number}` }),
  );
}

/** Takes the sum away: what is left in the end has no balance. */
function judge(balance: LedgerBalanceTable, sums: Map<string, Sum>, audit: RowsAudit): void {
  const sum = sums.get(balance.period);
  sums.delete(balance.period);
  const isSame =
    sum !== undefined &&
    sum.reserved === balance.reserved &&
    sum.committed === balance.committed &&
    sum.entries === balance.entries;
  if (isSame) audit.tally.holds(CHECK);
  else tellUnbalanced(balance, sum, audit);
}

function tellUnbalanced(
  balance: Pick<LedgerBalanceTable, 'account' | 'period'> & Partial<LedgerBalanceTable>,
  sum: Sum | undefined,
  { tally }: RowsAudit,
): void {
  const { account, period, entries = 0 } = balance;
  const subject = `account ${account}${period === '' ? '' : ` in ${period}`}`;
  const expected = sum === undefined ? 'no entries' : inWords(sum);
  const { reserved = 0, committed = 0 } = balance;
  tally.found(
    finding('books.unbalanced', subject, { expected, actual: inWords({ reserved, committed, entries }) }),
  );
}

function inWords({ reserved, committed, entries }: Sum): string {
  return `${reserved} reserved and ${committed} committed by ${entries} entries`;
}
