import { leavesWindowAt } from './periods.ts';
import { requireAmount } from './units.ts';

/** How much may still be taken; never below zero, also where a cap was lowered beneath what was taken. */
export function leftOf(cap: number, taken: number): number {
  return Math.max(0, requireAmount(cap) - requireAmount(taken));
}

/** Whether so much more stays within the cap: equal is within. */
export function fits(cap: number, taken: number, amount: number): boolean {
  return requireAmount(amount) <= leftOf(cap, taken);
}

export type DayOfWindow = { readonly period: string; readonly taken: number };

/**
 * When an amount that does not fit now will, if nothing more is taken until then: as days leave the window, the oldest
 * first. Null where it is more than the whole quota, and never will.
 */
export function fitsFrom(
  quota: { readonly cap: number; readonly windowDays: number },
  days: readonly DayOfWindow[],
  amount: number,
): Date | null {
  const { cap, windowDays } = quota;
  if (amount > cap) return null;
  const oldestFirst = [...days].sort((one, other) => (one.period < other.period ? -1 : 1));
  let taken = oldestFirst.reduce((sum, day) => sum + BigInt(requireAmount(day.taken)), 0n);
  let at: Date | null = null;
  for (const day of oldestFirst) {
    if (taken + BigInt(amount) <= BigInt(cap)) return at;
    taken -= BigInt(day.taken);
    at = leavesWindowAt(day.period, windowDays);
  }
  return at;
}
