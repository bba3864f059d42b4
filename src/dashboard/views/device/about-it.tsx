import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { IncidentState } from '../incidents/incident-state.tsx';
import { incidentWords } from '../incidents/words.ts';
import { deviceWords } from './words.ts';

type Row = Item<'listDeviceIncidents'>;

/** The incidents about it, its chip or the host that it is in now. */
export function AboutIt({ deviceId }: { readonly deviceId: string }) {
  const { incidents: words } = useWords(deviceWords);
  const columns = useColumns();
  const list = usePages(
    'listDeviceIncidents',
    { params: { deviceId } },
    { live: ['incident', 'device', 'host'] },
  );
  return (
    <Panel title={words.title} aside={words.which}>
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/incidents/${encodeURIComponent(id)}`}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { columns: names, kinds } = useWords(incidentWords);
  return useMemo(
    () => [
      { id: 'kind', header: names.kind, least: 150, cell: ({ kind }) => kinds[kind] },
      {
        id: 'state',
        header: names.state,
        least: 150,
        cell: ({ state, overdue, dueAt }) => <IncidentState {...{ state, overdue, dueAt }} />,
      },
      {
        id: 'openedAt',
        header: names.openedAt,
        least: 215,
        cell: ({ openedAt }) => <Instant at={openedAt} />,
      },
      { id: 'dueAt', header: names.due, least: 130, cell: ({ dueAt }) => <Instant at={dueAt} relative /> },
      { id: 'tenant', header: names.tenant, least: 130, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'subjects',
        header: names.subjects,
        share: 2,
        least: 220,
        cell: ({ subjects }) => <Told text={subjects.join(', ')} mono />,
      },
    ],
    [names, kinds],
  );
}
