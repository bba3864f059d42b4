import { LedgerError } from './errors.ts';
import { requireAmount, sumOf } from './units.ts';

/**
 * What an entry does.
 *
 * `reserve`: taken, before what it is for has happened. `commit`: it has happened; or taken at once, as a lease is.
 * `release`: given back. `adjust`: an authority's correction, either way, with its reason.
 */
export type EntryKind = 'reserve' | 'commit' | 'release' | 'adjust';

/** What one entry changes: signed whole numbers. */
export type Change = { readonly kind: EntryKind; readonly reserved: number; readonly committed: number };

/** What an account holds. A cap is held against both together: what is reserved is as good as gone. */
export type Balance = { readonly reserved: number; readonly committed: number; readonly entries: number };

export const EMPTY_BALANCE: Balance = { reserved: 0, committed: 0, entries: 0 };

/** Takes an amount before it is used. */
export function reserve(amount: number): Change {
  return { kind: 'reserve', reserved: requireAmount(amount), committed: 0 };
}

/** Turns what was reserved into what is used: the two together stay what they are. */
export function commitReserved(amount: number): Change {
  return { kind: 'commit', reserved: 0 - requireAmount(amount), committed: amount };
}

/** Takes an amount that is used at once. */
export function commit(amount: number): Change {
  return { kind: 'commit', reserved: 0, committed: requireAmount(amount) };
}

export function releaseReserved(amount: number): Change {
  return { kind: 'release', reserved: 0 - requireAmount(amount), committed: 0 };
}

export function release(amount: number): Change {
  return { kind: 'release', reserved: 0, committed: 0 - requireAmount(amount) };
}

/** @param amount below zero gives back */
export function adjust(amount: number): Change {
  requireAmount(Math.abs(amount));
  return { kind: 'adjust', reserved: 0, committed: amount };
}

/** Everything that is taken. @throws LedgerError `ledger_overflow` */
export function takenOf({ reserved, committed }: Balance): number {
  return sumOf([reserved, committed]);
}

/**
 * The balance after one more entry.
 *
 * @throws LedgerError `ledger_negative` where more would be given back than is there, `ledger_overflow` where the two
 * together could not be counted any more; the balance is then what it was
 */
export function enter(balance: Balance, { reserved, committed }: Change): Balance {
  const after: Balance = {
    reserved: plus(balance.reserved, reserved),
    committed: plus(balance.committed, committed),
    entries: balance.entries + 1,
  };
  takenOf(after);
  return after;
}

/** What entries come to, from nothing: what an auditor compares with the balance. @throws LedgerError as {@link enter} */
export function balanceOf(entries: readonly Change[]): Balance {
  return entries.reduce(enter, EMPTY_BALANCE);
}

function plus(held: number, change: number): number {
  if (change >= 0) return sumOf([held, change]);
  if (held + change >= 0) return held + change;
  throw new LedgerError('ledger_negative', 'more would be given back than was taken', {
    expected: `at most ${held}`,
    actual: String(-change),
  });
}
