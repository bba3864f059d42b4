import { useEffect, useRef } from 'react';
import type { Answer, Asked } from './call.ts';
import { type ListOperation, type Reading, useRead } from './read.ts';

/** Lists that the verifier counts where it is asked to. */
type CountedOperation = {
  [O in ListOperation]: Answer<O> extends { readonly count?: number } ? O : never;
}[ListOperation];

type List = {
  readonly rows: readonly unknown[] | undefined;
  readonly hasNextPage: boolean;
  readonly isBegun: boolean;
};

/**
 * How many rows a list of the verifier has in all. Counting may take longer than reading the first of them: it is asked for once those are here, and not
 * where they are all. While those of another question still stand, their number does.
 *
 * @param query what `usePages` was asked with, its order and limit aside
 * @param list what `usePages` answered
 * @returns undefined until it is known
 */
export function useTotal<O extends CountedOperation>(
  operation: O,
  query: Asked<O>['query'],
  { rows, hasNextPage, isBegun }: List,
  { live = [] }: Reading,
): number | undefined {
  const asked = { query: { limit: 1, count: 'true', ...query } } as Omit<Asked<O>, 'signal'>; // such lists take both
  const counted = useRead(operation, asked, { live, when: isBegun && hasNextPage });
  const { count } = (counted.data ?? {}) as { readonly count?: number }; // by the operation's type
  const known = hasNextPage ? (counted.isPlaceholderData ? undefined : count) : rows?.length;
  const shown = useRef<number | undefined>(undefined);
  const total = isBegun ? known : shown.current;
  useEffect(() => {
    shown.current = total;
  }, [total]);
  return total;
}
