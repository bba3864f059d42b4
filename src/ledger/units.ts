import { LedgerError } from './errors.ts';

/**
 * Amounts are whole numbers that a double holds exactly, of one unit each: `chips`, `tpp` (total processing performance) or
 * `operations-e12` (10^12 operations). What does not fit is refused: no amount is ever wrapped, rounded in favour of
 * whoever asks, or held approximately.
 */
export type Unit = 'chips' | 'tpp' | 'operations-e12';

const OPERATIONS_E12 = 10n ** 12n;
const MILLISECONDS_PER_SECOND = 1000n;

/** @throws LedgerError `ledger_not_whole` for anything but a safe integer of zero or more */
export function requireAmount(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new LedgerError('ledger_not_whole', 'an amount is a whole number of zero or more', {
    actual: String(value),
  });
}

/** @throws LedgerError `ledger_overflow`, `ledger_not_whole` */
export function sumOf(amounts: readonly number[]): number {
  let sum = 0;
  for (const amount of amounts) sum += requireAmount(amount);
  // None is negative: had a partial sum been more than a double holds exactly, so would this be.
  if (Number.isSafeInteger(sum)) return sum;
  return exact(amounts.reduce((exactly, amount) => exactly + BigInt(amount), 0n));
}

/** @throws LedgerError `ledger_overflow`, `ledger_not_whole` */
export function productOf(one: number, other: number): number {
  const product = requireAmount(one) * requireAmount(other);
  // Rounding never brings a larger product down to a safe one.
  return Number.isSafeInteger(product) ? product : exact(BigInt(one) * BigInt(other));
}

/** Operations in 10^12, rounded up: a part of one counts as one. @throws LedgerError as {@link sumOf} */
export function toOperationsE12(operations: bigint): number {
  if (operations < 0n) return requireAmount(Number(operations));
  return exact((operations + OPERATIONS_E12 - 1n) / OPERATIONS_E12);
}

/** What is computed at this rate (10^12 operations a second) in so long, rounded up. @throws LedgerError as {@link sumOf} */
export function overTime(rateE12: number, milliseconds: number): number {
  const product = BigInt(requireAmount(rateE12)) * BigInt(requireAmount(milliseconds));
  return exact((product + MILLISECONDS_PER_SECOND - 1n) / MILLISECONDS_PER_SECOND);
}

/** {@link overTime}, rounded down: what may at most be given back. */
export function backOverTime(rateE12: number, milliseconds: number): number {
  return exact(
    (BigInt(requireAmount(rateE12)) * BigInt(requireAmount(milliseconds))) / MILLISECONDS_PER_SECOND,
  );
}

function exact(value: bigint): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new LedgerError('ledger_overflow', 'more than can be counted', {
    expected: `at most ${Number.MAX_SAFE_INTEGER}`,
    actual: String(value),
  });
}
