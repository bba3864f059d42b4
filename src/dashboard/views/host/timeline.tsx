import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Status } from '../../parts/status.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { hostWords } from './words.ts';

type Row = Item<'listHostAppraisals'>;

/** Every submission that was judged, the newest first; each leads to all of its checks. */
export function Timeline({ hostId }: { readonly hostId: string }) {
  const words = useWords(hostWords);
  const list = usePages('listHostAppraisals', { params: { hostId } }, { live: ['host'] });
  const columns = useMemo(
    (): readonly Column<Row>[] => [
      { id: 'at', header: words.at, cell: (row) => <Instant at={row.at} />, least: 215 },
      {
        id: 'outcome',
        header: words.outcome,
        cell: (row) => (
          <Status tone={row.outcome === 'accepted' ? 'good' : 'bad'}>{words.outcomes[row.outcome]}</Status>
        ),
        least: 110,
      },
      {
        id: 'labels',
        header: words.labels,
        cell: (row) => <Told text={[...new Set(row.devices.map(({ label }) => label))].join(', ')} />,
      },
      {
        id: 'reasons',
        header: words.reasons,
        cell: (row) => <Told text={row.reasons.map(({ sentence }) => sentence).join(' ')} />,
        share: 3,
        least: 200,
      },
    ],
    [words],
  );
  return (
    <Panel title={words.timeline}>
      <PagedTable
        label={words.timeline}
        columns={columns}
        list={list}
        nothing={words.noTimeline}
        rowId={(row: Row) => row.sessionId}
        href={(row: Row) => `/appraisals/${row.sessionId}`}
      />
    </Panel>
  );
}
