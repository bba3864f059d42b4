import { keepPreviousData, type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Asked, call } from './call.ts';
import { mendsRows } from './mend.ts';
import type { Item, ListOperation, Reading } from './read.ts';

/** The most that the verifier hands out at once. */
const PAGE = 500;
/** Of lists whose rows are small. */
const LARGER: { readonly [O in ListOperation]?: number } = { listFacilityPlaces: 2_500 };

type Paged = { readonly items: readonly unknown[]; readonly next: string | null };

/**
 * A whole list, for what is sorted or looked through here: nothing is shown before all of its pages have come. Once it is here, an event has no more of
 * it read again than what it tells of, where that can be read by itself (api/mend.ts).
 */
export function useAll<O extends ListOperation>(
  operation: O,
  asked: Omit<Asked<O>, 'signal'> = {},
  { live = [], when = true }: Reading = {},
) {
  const queries = useQueryClient();
  const queryKey = [operation, asked.params ?? null, asked.query ?? null, 'all'];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }) =>
      (await readPages(queries, queryKey, (after) => {
        const query = {
          limit: LARGER[operation] ?? PAGE,
          ...asked.query,
          ...(after === null ? {} : { after }),
        };
        return call(operation, { ...asked, query, signal } as Asked<O>); // lists take a limit
      })) as Item<O>[], // the operation's own
    meta: { topics: live, ...mendsRows(operation) },
    enabled: when,
    // A page that failed is asked for again by itself.
    retry: false,
    placeholderData: keepPreviousData,
  });
  return { data, error, refetch };
}

/** One page behind the other. None is kept by itself, nor drawn before all of them are here: each would be compared with whatever came before it. */
async function readPages(
  queries: QueryClient,
  key: readonly unknown[],
  read: (after: string | null) => Promise<unknown>,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  // A read that was given up may still hold a page that never comes: no other waits for it.
  const own = crypto.randomUUID();
  for (let after: string | null = null; ; ) {
    const page: Paged = await queries.fetchQuery({
      queryKey: [...key, own, after],
      queryFn: () => read(after) as Promise<Paged>, // a list's
      staleTime: 0,
      gcTime: 0,
    });
    rows.push(...page.items);
    if (page.next === null) return rows;
    after = page.next;
  }
}
