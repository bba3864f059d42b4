import type { Act } from '../../record/leaf.ts';
import { COUNTED, type CountedAct } from './counted.ts';
import { Durations } from './durations.ts';

/** What a unit of work did that is counted once it is durable. */
export type Noted = {
  readonly acts: Pick<Act, 'type' | 'body'>[];
  /** Units of compute that it debited from licences, 10^12 operations. */
  debitedE12: number;
  delivered: number;
  deliveriesFailed: number;
  webhooksDisabled: number;
};

export function nothingNoted(): Noted {
  return { acts: [], debitedE12: 0, delivered: 0, deliveriesFailed: 0, webhooksDisabled: 0 };
}

const BY_TYPE: ReadonlyMap<string, CountedAct> = new Map(COUNTED.map((counted) => [counted.type, counted]));

/** Labels are joined into one key: none of them holds it. */
const BETWEEN = '\n';

/**
 * What this process did since it started: plain numbers, added to when a unit of work is durable. What failed, was refused
 * before anything was written, or is done again by another process is not in it.
 */
export class Tally {
  /** By type, as the log names it. */
  readonly acts = new Map<string, number>();
  /** By metric, then by the values of its labels, joined. */
  readonly #counted = new Map<string, Map<string, number>>(
    COUNTED.map(({ name, by }) => [
      name,
      new Map(combinations(by.map(({ values }) => values)).map((key) => [key, 0])),
    ]),
  );
  readonly units = new Durations();
  readonly reads = new Durations();
  /** Units of work that wait for their commit. */
  waiting = 0;
  failures = { overloaded: 0, store_unavailable: 0 };
  debitedE12 = 0;
  delivered = 0;
  deliveriesFailed = 0;
  webhooksDisabled = 0;

  add(noted: Noted): void {
    for (const act of noted.acts) this.#addAct(act);
    this.debitedE12 += noted.debitedE12;
    this.delivered += noted.delivered;
    this.deliveriesFailed += noted.deliveriesFailed;
    this.webhooksDisabled += noted.webhooksDisabled;
  }

  /** Every combination of labels that there may be, those that never came up too. */
  counts({ name }: CountedAct): readonly (readonly [labels: readonly string[], count: number])[] {
    return [...(this.#counted.get(name) ?? [])].map(([key, count]) => [key.split(BETWEEN), count]);
  }

  #addAct({ type, body }: Pick<Act, 'type' | 'body'>): void {
    this.acts.set(type, (this.acts.get(type) ?? 0) + 1);
    const counted = BY_TYPE.get(type);
    if (counted === undefined) return;
    const key = counted.by
      .map(({ field, values }) => values.find((value) => value === body[field]) ?? 'other')
      .join(BETWEEN);
    const counts = this.#counted.get(counted.name);
    counts?.set(key, (counts.get(key) ?? 0) + 1);
  }
}

function combinations([first, ...rest]: readonly (readonly string[])[]): string[] {
  if (first === undefined) return [];
  const others = combinations(rest);
  return first.flatMap((value) =>
    others.length === 0 ? [value] : others.map((other) => `${value}${BETWEEN}${other}`),
  );
}
