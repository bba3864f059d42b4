import { useMemo } from 'react';
import { Link } from 'wouter';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { useTotal } from '../../api/total.ts';
import { Instant } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { Panel } from '../../parts/panel.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { HostStateStatus } from '../hosts/host-state.tsx';
import { hostsWords } from '../hosts/words.ts';
import { facilityWords } from './words.ts';

type Row = Item<'listHosts'>;

/** The hosts that enrolled there, as far as the person sees them. */
export function Hosts({ facilityId }: { readonly facilityId: string }) {
  const words = useWords(facilityWords);
  const live = { live: ['host', 'hold'] as const };
  const list = usePages('listHosts', { query: { limit: 100, facilityId } }, live);
  const total = useTotal('listHosts', { facilityId }, list, live);
  return (
    <Panel title={words.hosts} aside={<Link href="/map">{words.toMap}</Link>}>
      <PagedTable
        label={words.hosts}
        columns={useColumns()}
        list={list}
        nothing={words.noHosts}
        total={total}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/hosts/${encodeURIComponent(id)}`}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(hostsWords);
  return useMemo(
    () => [
      {
        id: 'hostname',
        header: words.hostname,
        share: 2,
        least: 160,
        cell: ({ hostname, id }) => <Told text={hostname ?? id} />,
      },
      {
        id: 'state',
        header: words.state,
        least: 190,
        cell: ({ state }) => <HostStateStatus state={state} />,
      },
      {
        id: 'level',
        header: words.level,
        least: 110,
        cell: ({ level }) =>
          level === null ? <span className="none">–</span> : <LevelBadge level={level} />,
      },
      {
        id: 'evidence',
        header: words.evidence,
        least: 140,
        cell: ({ lastSubmission }) => <Instant at={lastSubmission?.evidenceIssuedAt ?? null} relative />,
      },
    ],
    [words],
  );
}
