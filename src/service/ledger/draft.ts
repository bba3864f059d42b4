import { type Balance, type Change, EMPTY_BALANCE, enter } from '../../ledger/entries.ts';
import { WHOLE } from '../../ledger/periods.ts';
import { balanceIn, balancesBetween, insertEntry, putBalance } from '../../store/ledger/balances.ts';
import type { LedgerBalanceTable, LedgerEntryTable } from '../../store/ledger/tables.ts';
import { totalsOfTwo } from '../../store/ledger/totals.ts';
import type { Tx, View } from '../../store/port.ts';
import { takenTogether } from './taken.ts';

export type Posting = {
  /** By its name. */
  readonly account: string;
  /** The month or day that it counts in besides the whole; {@link WHOLE} for an account without periods. */
  readonly period: string;
  readonly change: Change;
};

/** Whose entries they are, and what they are about. */
export type Posted = Pick<
  LedgerEntryTable,
  'at_ms' | 'licence_id' | 'decision_id' | 'allocation_id' | 'by_id' | 'reason' | 'leaf_index'
>;

/** After every period that there is: leases are counted on the day on which they end. */
const LAST = '9999-99';

type Entered = Posting & { readonly number: number };

/**
 * Entries that were made on paper, over what the caller's snapshot or unit of work holds: nothing is written before
 * {@link write}, and nothing may change in between, so that both belong in one unit.
 */
export class Draft {
  readonly #view: View;
  readonly #balances = new Map<string, LedgerBalanceTable>();
  /** As they stand in the books. */
  readonly #read = new Map<string, Balance>();
  /** From when on each of these accounts has no other periods than those that were read. */
  readonly #whole = new Map<string, string>();
  readonly #entered: Entered[] = [];

  constructor(view: View) {
    this.#view = view;
  }

  /** What an account holds, with what was entered here. */
  async balance(account: string, period = WHOLE): Promise<Balance> {
    const key = keyOf(account, period);
    const known = this.#balances.get(key) ?? this.#read.get(key);
    if (known !== undefined) return known;
    const from = this.#whole.get(account);
    if (from !== undefined && (period === WHOLE || period >= from)) return EMPTY_BALANCE;
    return (await this.#view.first(balanceIn, { account, period })) ?? EMPTY_BALANCE;
  }

  /**
   * Reads two accounts at once, so that neither their totals nor any period from `today` on need be read again.
   * @returns what each took from the period `first` on, which is no later
   * @throws LedgerError `ledger_overflow`
   */
  async open(
    [one, other = one]: readonly [string, string?],
    { first, today }: { readonly first: string; readonly today: string },
  ): Promise<ReadonlyMap<string, number>> {
    const taken = new Map<string, number>([one, other].map((account) => [account, 0]));
    for (const row of await this.#view.all(totalsOfTwo, { one, other, first, today })) {
      const { account, period, reserved, committed, entries } = row;
      if (period === null) taken.set(account, takenTogether(row));
      else this.#read.set(keyOf(account, period), { reserved, committed, entries });
    }
    for (const account of taken.keys()) this.#whole.set(account, today);
    return taken;
  }

  /** What an account holds in each period from one on that has any, in the books. */
  async periodsFrom(account: string, from: string): Promise<readonly Omit<LedgerBalanceTable, 'account'>[]> {
    return this.#view.all(balancesBetween, { account, from, to: LAST });
  }

  /** @throws LedgerError `ledger_overflow`, `ledger_negative`; nothing was entered then */
  async enter(posting: Posting): Promise<void> {
    const { account, period, change } = posting;
    const whole = enter(await this.balance(account), change);
    const part = period === WHOLE ? null : enter(await this.balance(account, period), change);
    this.#balances.set(keyOf(account, WHOLE), { account, period: WHOLE, ...whole });
    if (part !== null) this.#balances.set(keyOf(account, period), { account, period, ...part });
    this.#entered.push({ ...posting, number: whole.entries });
  }

  async write(tx: Tx, posted: Posted): Promise<void> {
    for (const balance of this.#balances.values()) await tx.run(putBalance, balance);
    for (const { account, number, period, change } of this.#entered) {
      await tx.run(insertEntry, { account, number, period, ...change, ...posted });
    }
  }
}

function keyOf(account: string, period: string): string {
  return `${period} ${account}`;
}
