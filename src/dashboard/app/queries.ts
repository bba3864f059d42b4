import { QueryClient } from '@tanstack/react-query';
import { Problem } from '../api/problem.ts';

const MOST_RETRIES = 3;

/** What has been read, for as long as the page is open and never beyond: nothing of it is written down in the browser. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say sooner what is stale: see api/live.ts. This is for where they do not.
      staleTime: 30_000,
      gcTime: 5 * 60_000,
      networkMode: 'always',
      retry: (failures, error) => error instanceof Problem && error.passes && failures < MOST_RETRIES,
      retryDelay: (failures, error) =>
        (error instanceof Problem ? error.retryAfterMs : null) ?? Math.min(1_000 * 2 ** failures, 15_000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
