import { type Check, CheckList } from '../check.ts';
import { Recent } from './recent.ts';

/** From when to when something holds, both ends included; milliseconds since 1970. */
export type Period = { readonly from: number; readonly until: number };

/** What an examination found to be authentic, and for how long it is so. */
export type Examined<T> = { readonly value: T; readonly period: Period };

type Kept<T> = Examined<T> & { readonly checks: readonly Check[] };

/**
 * Remembers what was found authentic, by the digest of everything that it rests on, so that no signature is verified twice.
 *
 * Only success is kept, and counts only at instants within its period: whatever else is asked is examined anew, for the
 * reason. The least recently used goes when the cache is full.
 */
export class Examinations<T> {
  readonly #kept: Recent<Kept<T>>;

  constructor(capacity: number) {
    this.#kept = new Recent(capacity);
  }

  /**
   * @param examine records its checks; what it answers is kept if all of them passed and nothing was left out
   * @param accepts whether what is known counts for this caller
   */
  examine<Result extends Examined<T> | null>(
    checks: CheckList,
    key: string,
    at: Date,
    examine: (checks: CheckList) => Result,
    accepts: (value: T) => boolean = () => true,
  ): Result | Examined<T> {
    const known = this.#kept.get(key);
    if (known !== undefined && isWithin(known.period, at) && accepts(known.value)) {
      for (const check of known.checks) checks.checks.push(check);
      return known;
    }
    const own = new CheckList();
    const examined = examine(own);
    checks.add(own);
    const isWhole = own.passed && own.notPerformed.length === 0;
    if (examined !== null && isWhole) this.#kept.set(key, { ...examined, checks: own.checks });
    return examined;
  }

  /** For measurements: forgets everything. */
  clear(): void {
    this.#kept.clear();
  }
}

/** Whether `at` lies within a period. An instant that is none does not. */
export function isWithin({ from, until }: Period, at: Date): boolean {
  return from <= at.getTime() && at.getTime() <= until;
}

/** The time for which all hold. */
export function intersect(periods: readonly Period[]): Period {
  return {
    from: Math.max(...periods.map(({ from }) => from)),
    until: Math.min(...periods.map(({ until }) => until)),
  };
}
