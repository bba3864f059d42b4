import { hash } from 'node:crypto';
import { type Check, CheckList } from '../check.ts';

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
  readonly #kept = new Map<string, Kept<T>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @param examine records its checks and answers null unless all of them passed */
  examine(
    checks: CheckList,
    key: string,
    at: Date,
    examine: (checks: CheckList) => Examined<T> | null,
  ): Examined<T> | null {
    const known = this.#recall(key, at.getTime());
    if (known !== undefined) {
      for (const check of known.checks) checks.checks.push(check);
      return known;
    }
    const own = new CheckList();
    const examined = examine(own);
    checks.add(own);
    if (examined !== null && own.passed) this.#keep(key, { ...examined, checks: own.checks });
    return examined;
  }

  /** For measurements: forgets everything. */
  clear(): void {
    this.#kept.clear();
  }

  #recall(key: string, at: number): Kept<T> | undefined {
    const known = this.#kept.get(key);
    if (known === undefined || !(known.period.from <= at && at <= known.period.until)) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, known);
    return known;
  }

  #keep(key: string, kept: Kept<T>): void {
    if (this.#kept.size >= this.#capacity) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(key, kept);
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

export function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
