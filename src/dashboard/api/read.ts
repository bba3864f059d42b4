import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type Answer, type Asked, call, type OperationId } from './call.ts';
import type { Topic } from './topics.ts';

export type Reading = {
  /** Events of these topics make it read again: see api/live.ts. */
  readonly live?: readonly Topic[];
  /** False: not yet, e.g. until something is chosen. */
  readonly when?: boolean;
};

/** What an operation answers, kept, shared by whoever asks the same, and read again when something changed. */
export function useRead<O extends OperationId>(
  operation: O,
  asked: Omit<Asked<O>, 'signal'> = {},
  { live = [], when = true }: Reading = {},
) {
  return useQuery({
    queryKey: [operation, asked.params ?? null, asked.query ?? null, asked.body ?? null],
    queryFn: ({ signal }) => call(operation, { ...asked, signal } as Asked<O>),
    meta: { topics: live },
    enabled: when,
    placeholderData: keepPreviousData,
  });
}

type Paged = { readonly items: readonly unknown[]; readonly next: string | null };

/** Operations that answer pages: the lists. */
export type ListOperation = {
  [O in OperationId]: Answer<O> extends Paged ? O : never;
}[OperationId];

export type Item<O extends ListOperation> =
  Answer<O> extends { readonly items: readonly (infer I)[] } ? I : never;

/** A list, page by page: `rows` are those read so far, `more` reads the next. */
export function useList<O extends ListOperation>(
  operation: O,
  asked: Omit<Asked<O>, 'signal'> = {},
  { live = [], when = true }: Reading = {},
) {
  const query = useInfiniteQuery({
    queryKey: [operation, asked.params ?? null, asked.query ?? null, 'pages'],
    queryFn: ({ signal, pageParam }) => {
      const after = pageParam === null ? {} : { after: pageParam };
      return call(operation, { ...asked, query: { ...asked.query, ...after }, signal } as Asked<O>);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as Paged).next, // a list's, by its type
    select: ({ pages }) => pages.flatMap((page) => (page as Paged).items) as Item<O>[], // likewise
    meta: { topics: live },
    enabled: when,
    placeholderData: keepPreviousData,
  });
  return {
    ...query,
    rows: query.data,
    more: query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : null,
  };
}
