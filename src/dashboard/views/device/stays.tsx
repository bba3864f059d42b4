import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { type Column, IDENTIFIER_PX, PagedTable } from '../../parts/table/index.ts';
import { useFormats, useWords } from '../../words/language.tsx';
import { deviceWords } from './words.ts';

type Row = Item<'listDeviceHosts'>;

/** The hosts that it was granted to, from the first grant to the last, and the decision that the last rests on. */
export function Stays({ deviceId }: { readonly deviceId: string }) {
  const { stays: words } = useWords(deviceWords);
  const columns = useColumns();
  const list = usePages('listDeviceHosts', { params: { deviceId } }, { live: ['grant'] });
  return (
    <Panel title={words.title} aside={words.which}>
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ firstGrantId }: Row) => firstGrantId}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { stays: words } = useWords(deviceWords);
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'hostId',
        header: words.host,
        share: 2,
        least: IDENTIFIER_PX,
        cell: ({ hostId }) => <SubjectLink subject={`host:${hostId}`} bare />,
      },
      { id: 'firstAt', header: words.firstAt, least: 215, cell: ({ firstAt }) => <Instant at={firstAt} /> },
      { id: 'lastAt', header: words.lastAt, least: 215, cell: ({ lastAt }) => <Instant at={lastAt} /> },
      { id: 'grants', header: words.grants, numeric: true, cell: ({ grants }) => formats.number(grants) },
      {
        id: 'decisionId',
        header: words.proof,
        share: 2,
        least: IDENTIFIER_PX,
        cell: ({ decisionId }) => <SubjectLink subject={`decision:${decisionId}`} bare />,
      },
      {
        id: 'licenceId',
        header: words.licence,
        least: IDENTIFIER_PX,
        hidden: true,
        cell: ({ licenceId }) => <SubjectLink subject={`licence:${licenceId}`} bare />,
      },
      {
        id: 'facilityId',
        header: words.facility,
        least: IDENTIFIER_PX,
        hidden: true,
        cell: ({ facilityId }) => <SubjectLink subject={`facility:${facilityId}`} bare />,
      },
    ],
    [words, formats],
  );
}
