import { useEffect } from 'react';
import type { Asked } from './call.ts';
import { type ListOperation, type Reading, useList } from './read.ts';

/** The most that the verifier hands out at once. */
const PAGE = 500;

/** A whole list, for what is sorted or looked through here: nothing is shown before all of its pages have come. */
export function useAll<O extends ListOperation>(
  operation: O,
  asked: Omit<Asked<O>, 'signal'> = {},
  reading: Reading = {},
) {
  const query = { limit: PAGE, ...asked.query };
  const list = useList(operation, { ...asked, query } as Omit<Asked<O>, 'signal'>, reading); // lists take a limit
  const { rows, more, error, isFetching, hasNextPage, refetch } = list;
  useEffect(() => {
    if (error === null && !isFetching) more?.();
  }, [error, isFetching, more]);
  return { data: hasNextPage ? undefined : rows, error, refetch };
}
