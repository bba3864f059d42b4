import { hashKey, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Asked, call } from './call.ts';
import type { Item, ListOperation, Reading } from './read.ts';

type Paged = { readonly items: readonly unknown[]; readonly next: string | null };

/** Pages that are looked at, by their places, and behind which cursor another was asked for. */
type Held = {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  readonly wanted: string | null;
};

const atFirst = (id: string): Held => ({ id, first: 0, last: 0, wanted: null });

/**
 * A list for a table, page by page. Each page is kept by itself: when something changed, those that are looked at are read again, and any
 * other once it is looked at. Where a page then ends elsewhere, what followed it is read anew as it is come to.
 *
 * @returns what `PagedTable` takes: `see` is told which rows are looked at, `more` reads the next page; `isBegun` once `rows` begins with what was asked
 * for, and not with what stood there before
 */
export function usePages<O extends ListOperation>(
  operation: O,
  asked: Omit<Asked<O>, 'signal'> = {},
  { live = [], when = true }: Reading = {},
) {
  const queries = useQueryClient();
  const base = [operation, asked.params ?? null, asked.query ?? null, 'page'];
  const id = hashKey(base);
  const [told, setTold] = useState(() => atFirst(id));
  const held = told.id === id ? told : atFirst(id);
  const { chain, next } = chainOf(held, (after) => queries.getQueryData<Paged>([...base, after]));
  const results = useQueries({
    queries: chain.map(({ after, isRead }) => ({
      queryKey: [...base, after],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => {
        const behind = after === null ? {} : { after };
        return call(operation, { ...asked, query: { ...asked.query, ...behind }, signal } as Asked<O>);
      },
      meta: { topics: live },
      enabled: when && isRead,
      // What is shown is read from the cache: what was looked at of a result does not say what it is needed for.
      notifyOnChangeProps: ['data', 'error'],
    })),
  });
  const failed = results.find(({ error }) => error !== null);
  const isWaiting = chain.at(-1)?.page === undefined && failed === undefined;
  const rows = useRows(id, chain, isWaiting) as readonly Item<O>[] | undefined; // the operation's own
  const starts = chain.map(({ start }) => start).join();
  const see = useCallback(
    (from: number, to: number) => {
      const places = starts.split(',').map(Number);
      const pageOf = (row: number): number =>
        Math.max(
          0,
          places.findLastIndex((start) => start <= row),
        );
      const [first, last] = [pageOf(from), pageOf(to)];
      setTold((before) => {
        const known = before.id === id ? before : atFirst(id);
        return known.first === first && known.last === last ? before : { ...known, first, last };
      });
    },
    [id, starts],
  );
  const more = useMemo(
    () =>
      next === null
        ? null
        : () => setTold((before) => ({ ...(before.id === id ? before : atFirst(id)), wanted: next })),
    [id, next],
  );
  return {
    rows,
    more,
    see,
    isBegun: chain[0]?.page !== undefined,
    error: failed?.error ?? null,
    hasNextPage: next !== null || (chain.length > 1 && chain.at(-1)?.page === undefined),
    refetch: () => Promise.all(results.filter(({ error }) => error !== null).map(({ refetch }) => refetch())),
  };
}

type Link = {
  /** The cursor that it was asked for with. */
  readonly after: string | null;
  /** The place of its first row. */
  readonly start: number;
  readonly isRead: boolean;
  readonly page: Paged | undefined;
};

/** The pages that are here, each behind the one before, and the one that is to be read behind them; `next` where that is not asked for. */
function chainOf(
  { first, last, wanted }: Held,
  pageBehind: (after: string | null) => Paged | undefined,
): { readonly chain: readonly Link[]; readonly next: string | null } {
  const chain: Link[] = [];
  let start = 0;
  for (let after: string | null = null; ; ) {
    const page = pageBehind(after);
    const isSeen = chain.length >= first && chain.length <= last;
    if (page === undefined && !(isSeen || after === null || after === wanted)) return { chain, next: after };
    chain.push({ after, start, page, isRead: page === undefined || isSeen });
    if (page === undefined || page.next === null) return { chain, next: null };
    start += page.items.length;
    after = page.next;
  }
}

/** All rows that are here; while a page is on its way, those that stood there before stand in its place. */
function useRows(id: string, chain: readonly Link[], isWaiting: boolean): readonly unknown[] | undefined {
  const joined = useRef<{ readonly pages: readonly Paged[]; readonly rows: readonly unknown[] }>({
    pages: [],
    rows: [],
  });
  const shown = useRef<{ readonly id: string; readonly rows: readonly unknown[] | undefined }>({
    id,
    rows: undefined,
  });
  const pages = chain.flatMap(({ page }) => page ?? []);
  const isSame =
    pages.length === joined.current.pages.length &&
    pages.every((page, index) => page === joined.current.pages[index]);
  if (!isSame) joined.current = { pages, rows: pages.flatMap(({ items }) => items) };
  const { rows } = joined.current;
  const before = shown.current;
  const stand =
    !isWaiting || before.rows === undefined || (pages.length > 0 && before.id !== id)
      ? undefined
      : before.rows;
  const filled = useMemo(
    () =>
      stand === undefined || stand.length <= rows.length ? rows : [...rows, ...stand.slice(rows.length)],
    [rows, stand],
  );
  const now = pages.length === 0 && stand === undefined ? undefined : filled;
  useEffect(() => {
    shown.current = { id, rows: now };
  }, [id, now]);
  return now;
}
