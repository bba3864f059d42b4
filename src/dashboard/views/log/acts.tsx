import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Button } from 'react-aria-components';
import { type Answer, call } from '../../api/call.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { logWords } from './words.ts';

type Act = Answer<'getActs'>['acts'][number];

/** Leaves behind one bundle of entries (C2SP tlog-tiles). */
const BUNDLE = 256;

/**
 * The acts that the person may see, the newest first, searched among those that were read. The verifier hands out 256 leaves at a time:
 * the last two bundles are read at first, so that there is something to see also just after a full one.
 */
export function Acts({ size }: { readonly size: number }) {
  const words = useWords(logWords);
  const formats = useFormats();
  const newest = Math.floor((size - 1) / BUNDLE);
  const read = useInfiniteQuery<Act[], Error, InfiniteData<Act[], number>, readonly unknown[], number>({
    queryKey: ['getActs', newest],
    queryFn: ({ signal, pageParam }) => readTwo(pageParam, signal),
    initialPageParam: newest,
    getNextPageParam: (_page, _pages, last) => (last - 2 < 0 ? undefined : last - 2),
  });
  const acts = useMemo(() => read.data?.pages.flat() ?? [], [read.data]);
  const lastRead = read.data?.pageParams.at(-1) ?? newest;
  const oldest = Math.max(0, lastRead - 1) * BUNDLE;
  const columns = useMemo(
    (): readonly Column<Act>[] => [
      {
        id: 'leafIndex',
        header: words.leaf,
        key: (row) => row.leafIndex,
        cell: (row) => formats.number(row.leafIndex),
        numeric: true,
        share: 0.5,
      },
      {
        id: 'at',
        header: words.at,
        key: (row) => row.atMs,
        text: (row) => new Date(row.atMs).toISOString(),
        cell: (row) => <Instant at={new Date(row.atMs).toISOString()} />,
        least: 215,
      },
      {
        id: 'type',
        header: words.kind,
        key: (row) => row.type,
        cell: (row) => <Told text={row.type} mono />,
        least: 190,
      },
      {
        id: 'tenant',
        header: words.tenant,
        key: (row) => row.tenant,
        cell: (row) => <Told text={row.tenant} />,
      },
      {
        id: 'body',
        header: words.says,
        key: (row) => row.body,
        cell: (row) => <Told text={row.body} mono />,
        share: 3,
        least: 200,
      },
    ],
    [words, formats],
  );
  return (
    <Panel title={words.acts} aside={words.actsOf(oldest, size)}>
      {read.error !== null && <ProblemNote error={read.error} onAgain={() => void read.refetch()} />}
      <LocalTable
        label={words.acts}
        columns={columns}
        rows={acts}
        rowId={(row) => `${row.leafIndex}`}
        href={(row) => `/log/${row.leafIndex}`}
      />
      {read.hasNextPage && (
        <Button
          className="button"
          isDisabled={read.isFetchingNextPage}
          onPress={() => void read.fetchNextPage()}
        >
          {words.earlier(Math.min(2 * BUNDLE, oldest))}
        </Button>
      )}
    </Panel>
  );
}

async function readTwo(bundle: number, signal: AbortSignal): Promise<Act[]> {
  const bundles = [bundle, bundle - 1].filter((one) => one >= 0);
  const pages = await Promise.all(bundles.map((one) => call('getActs', { params: { bundle: one }, signal })));
  return pages.flatMap(({ acts }) => acts.toReversed());
}
