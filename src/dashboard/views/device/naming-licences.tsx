import { useMemo } from 'react';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Instant } from '../../parts/instant.tsx';
import { Panel } from '../../parts/panel.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import { LicenceState } from '../licences/licence-state.tsx';
import { licencesWords } from '../licences/words.ts';
import { deviceWords } from './words.ts';

type Row = Item<'listDeviceLicences'>;

/** The licences that name it, each of which leads to how it stands. */
export function NamingLicences({ deviceId }: { readonly deviceId: string }) {
  const { licences: words } = useWords(deviceWords);
  const columns = useColumns();
  const list = usePages('listDeviceLicences', { params: { deviceId } }, { live: ['licence'] });
  return (
    <Panel title={words.title}>
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/licences/${encodeURIComponent(id)}`}
      />
    </Panel>
  );
}

function useColumns(): readonly Column<Row>[] {
  const { licences: words } = useWords(deviceWords);
  const list = useWords(licencesWords);
  return useMemo(
    () => [
      { id: 'id', header: list.id, share: 2, least: 220, cell: ({ id }) => <Told text={id} mono /> },
      {
        id: 'status',
        header: list.status,
        least: 130,
        cell: ({ status }) => <LicenceState {...{ status }} />,
      },
      { id: 'tenant', header: list.holder, least: 130, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'provenAt',
        header: words.provenAt,
        least: 215,
        cell: ({ provenAt }) => <Instant at={provenAt} />,
      },
      {
        id: 'suspendsAt',
        header: list.suspendsAt,
        least: 130,
        cell: ({ suspendsAt }) => <Instant at={suspendsAt} relative />,
      },
      {
        id: 'createdAt',
        header: list.createdAt,
        least: 215,
        hidden: true,
        cell: ({ createdAt }) => <Instant at={createdAt} />,
      },
    ],
    [words, list],
  );
}
