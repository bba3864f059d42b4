import { useMemo, useState } from 'react';
import type { Item } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { verifierNow } from '../../api/send.ts';
import { Page } from '../../app/page.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Shown } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { standOf } from './duty.ts';
import { IncidentState } from './incident-state.tsx';
import { incidentWords } from './words.ts';
import './incidents.css';

type Row = Item<'listIncidents'>;

const BY_DUE = { column: 'dueAt', descending: false };

/** Every incident that the person may see, the soonest due first; closed ones when they are asked for. */
export default function Incidents() {
  const words = useWords(incidentWords);
  // The verifier lists the oldest first: which is due first is known when all of them are here.
  const read = useAll('listIncidents', {}, { live: ['incident'] });
  const [shown, setShown] = useState<'all' | null>(null);
  const columns = useColumns();
  const rows = useMemo(
    () => (shown === 'all' ? read.data : read.data?.filter(({ state }) => state !== 'closed')),
    [shown, read.data],
  );
  return (
    <Page title={words.title} lead={words.lead}>
      <Shown read={{ ...read, data: rows }}>
        {(listed) => (
          <LocalTable
            label={words.title}
            columns={columns}
            rows={listed}
            rowId={(row) => row.id}
            href={(row) => `/incidents/${encodeURIComponent(row.id)}`}
            firstSort={BY_DUE}
            nothing={read.data?.length === 0 ? words.nothing : words.noneOpen}
          >
            <Choice
              label={words.show}
              any={words.shown.unclosed}
              value={shown}
              choices={[{ id: 'all', label: words.shown.all }]}
              onChoose={setShown}
            />
          </LocalTable>
        )}
      </Shown>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(incidentWords);
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'kind',
        header: words.columns.kind,
        least: 150,
        key: ({ kind }) => words.kinds[kind],
        cell: ({ kind }) => words.kinds[kind],
      },
      {
        id: 'state',
        header: words.columns.state,
        least: 150,
        key: (row) => words.states[standOf(row, verifierNow())],
        cell: ({ state, overdue, dueAt }) => <IncidentState {...{ state, overdue, dueAt }} />,
      },
      {
        id: 'dueAt',
        header: words.columns.due,
        least: 130,
        key: ({ dueAt }) => dueAt,
        cell: ({ dueAt }) => <Instant at={dueAt} relative />,
      },
      {
        id: 'tenant',
        header: words.columns.tenant,
        least: 130,
        key: ({ tenant }) => tenant,
        cell: ({ tenant }) => <Told text={tenant} />,
      },
      {
        id: 'subjects',
        header: words.columns.subjects,
        share: 2,
        least: 220,
        key: ({ subjects }) => subjects.join(', '),
        cell: ({ subjects }) => <Told text={subjects.join(', ')} mono />,
      },
      {
        id: 'timesSeen',
        header: words.columns.timesSeen,
        numeric: true,
        key: ({ timesSeen }) => timesSeen,
        cell: ({ timesSeen }) => formats.number(timesSeen),
      },
      {
        id: 'reference',
        header: words.columns.reference,
        least: 150,
        key: ({ reference }) => reference,
        cell: ({ reference }) => <Told text={reference} />,
      },
      {
        id: 'id',
        header: words.columns.id,
        least: 240,
        hidden: true,
        key: ({ id }) => id,
        cell: ({ id }) => <Told text={id} mono />,
      },
      {
        id: 'openedAt',
        header: words.columns.openedAt,
        least: 215,
        hidden: true,
        key: ({ openedAt }) => openedAt,
        cell: ({ openedAt }) => <Instant at={openedAt} />,
      },
    ],
    [words, formats],
  );
}
