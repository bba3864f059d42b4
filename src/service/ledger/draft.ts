import { type Balance, type Change, EMPTY_BALANCE, enter } from '../../ledger/entries.ts';
import { WHOLE } from '../../ledger/periods.ts';
import { balanceIn, insertEntry, putBalance } from '../../store/ledger/balances.ts';
import type { LedgerBalanceTable, LedgerEntryTable } from '../../store/ledger/tables.ts';
import type { Tx, View } from '../../store/port.ts';

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

type Entered = Posting & { readonly number: number };

/**
 * Entries that were made on paper, over what the caller's snapshot or unit of work holds: nothing is written before
 * {@link write}, and nothing may change in between, so that both belong in one unit.
 */
export class Draft {
  readonly #view: View;
  readonly #balances = new Map<string, LedgerBalanceTable>();
  readonly #entered: Entered[] = [];

  constructor(view: View) {
    this.#view = view;
  }

  /** What an account holds, with what was entered here. */
  async balance(account: string, period = WHOLE): Promise<Balance> {
    const known = this.#balances.get(keyOf(account, period));
    return known ?? (await this.#view.first(balanceIn, { account, period })) ?? EMPTY_BALANCE;
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
