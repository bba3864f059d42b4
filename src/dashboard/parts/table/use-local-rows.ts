import { useEffect, useMemo } from 'react';
import type { Column, Sort, SortKey } from './column.ts';
import { orderOf, reversed } from './order.ts';

/** Whoever opens a table sorts it at once, or looks at it first. */
const CALM_MS = 1_000;

/** Rows in memory, sorted and found: `at` tells the row at a place. What was reckoned for a column is kept while the rows stay. */
export function useLocalRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
  search: string,
): { readonly count: number; readonly at: (place: number) => Row | undefined } {
  const kept = useMemo(() => new Reckoned(rows, columns), [rows, columns]);
  useEffect(() => {
    const goOn = (left: IdleDeadline): void => {
      if (!kept.prepareWhile(() => left.timeRemaining() > 0)) idle = requestIdleCallback(goOn);
    };
    let idle = 0;
    const calm = setTimeout(() => {
      idle = requestIdleCallback(goOn);
    }, CALM_MS);
    return () => {
      clearTimeout(calm);
      cancelIdleCallback(idle);
    };
  }, [kept]);
  return useMemo(() => {
    const order = kept.find(kept.order(sort), search);
    return { count: order.length, at: (place) => rows[order[place] ?? -1] };
  }, [kept, rows, sort, search]);
}

/** Rows between two looks at the clock. */
const AT_ONCE = 500;

class Reckoned<Row> {
  readonly #rows: readonly Row[];
  readonly #columns: readonly Column<Row>[];
  readonly #orders = new Map<string, { readonly up: Uint32Array; readonly down: Uint32Array }>();
  #asTheyCame: Uint32Array | undefined;
  /** What rows are found by, as far as it was reckoned. */
  readonly #texts: string[] = [];
  /** What was found last, in which order. */
  #last: { readonly order: Uint32Array; readonly search: string; readonly found: Uint32Array } | undefined;

  constructor(rows: readonly Row[], columns: readonly Column<Row>[]) {
    this.#rows = rows;
    this.#columns = columns;
  }

  order(sort: Sort | null): Uint32Array {
    const keyOf = this.#columns.find(({ id }) => id === sort?.column)?.key;
    if (sort === null || keyOf === undefined) {
      this.#asTheyCame ??= new Uint32Array(this.#rows.length).map((_, place) => place);
      return this.#asTheyCame;
    }
    let known = this.#orders.get(sort.column);
    if (known === undefined) {
      const keys = this.#rows.map(keyOf);
      const up = orderOf(keys);
      known = { up, down: reversed(up, keys) };
      this.#orders.set(sort.column, known);
    }
    return sort.descending ? known.down : known.up;
  }

  /** Rows that hold every word of the search in some column; case does not count. */
  find(order: Uint32Array, typed: string): Uint32Array {
    const search = typed.toLowerCase();
    const words = search.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) return order;
    const texts = this.prepare();
    // Who goes on typing looks among what was found: a row that holds the longer word held the shorter one.
    const last = this.#last;
    const among = last?.order === order && search.startsWith(last.search) ? last.found : order;
    const found = among.filter((index) => words.every((word) => texts[index]?.includes(word) === true));
    this.#last = { order, search, found };
    return found;
  }

  /** What rows are found by: all of it. */
  prepare(): readonly string[] {
    this.prepareWhile(() => true);
    return this.#texts;
  }

  /** Made a little at a time while nobody waits, so that the first letter does not. @returns whether all of it is there */
  prepareWhile(isIdle: () => boolean): boolean {
    // One list for all rows, and one string made of it: a list for each row costs as much as all the rest.
    const parts: SortKey[] = this.#columns.map(() => null);
    while (this.#texts.length < this.#rows.length) {
      if (!isIdle()) return false;
      const from = this.#texts.length;
      for (const row of this.#rows.slice(from, from + AT_ONCE)) {
        this.#columns.forEach(({ key, text }, place) => {
          parts[place] = text?.(row) ?? key?.(row) ?? null;
        });
        this.#texts.push(parts.join('\n').toLowerCase());
      }
    }
    return true;
  }
}
