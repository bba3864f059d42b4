import { useDeferredValue, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Asked } from '../../api/call.ts';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { useTotal } from '../../api/total.ts';
import { Page } from '../../app/page.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Instant } from '../../parts/instant.tsx';
import { LevelBadge } from '../../parts/level-badge.tsx';
import { type Column, PagedTable, type Sort } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { LICENCE_STATES, LicenceState } from './licence-state.tsx';
import { licencesWords } from './words.ts';

type Row = Item<'listLicences'>;
type Query = NonNullable<Asked<'listLicences'>['query']>;

const PAGE = 100;
const LIVE = { live: ['licence', 'hold'] } as const;

/** The licences that the person may see: how each stands, until when, and what would end it. The verifier sorts, filters and counts. */
export default function Licences() {
  const words = useWords(licencesWords);
  // The filter stands in the address, so that a list can be linked to.
  const [asked, setAsked] = useSearchParams();
  const [sort, setSort] = useState<Sort | null>(null);
  const [search, setSearch] = useState('');
  const sought = useDeferredValue(search.trim());
  const status = LICENCE_STATES.find((each) => each === asked.get('status'));
  const filter: Query = {
    ...(status === undefined ? {} : { status }),
    ...(sought === '' ? {} : { search: sought }),
  };
  const order =
    sort === null ? {} : { sort: `${sort.descending ? '-' : ''}${sort.column}` as Query['sort'] & string }; // columns that sort are named as the verifier names them
  const list = usePages('listLicences', { query: { limit: PAGE, ...filter, ...order } }, LIVE);
  const total = useTotal('listLicences', filter, list, LIVE);
  const choose = (value: string | null): void =>
    setAsked((before) => {
      const next = new URLSearchParams(before);
      if (value === null) next.delete('status');
      else next.set('status', value);
      return next;
    });
  return (
    <Page title={words.title} lead={words.lead}>
      <PagedTable
        label={words.title}
        columns={useColumns()}
        list={list}
        total={total}
        nothing={Object.keys(filter).length === 0 ? words.nothing : undefined}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/licences/${encodeURIComponent(id)}`}
        sort={sort}
        onSort={setSort}
        search={search}
        onSearch={setSearch}
      >
        <Choice
          label={words.status}
          any={words.any}
          value={status ?? null}
          choices={LICENCE_STATES.map((id) => ({ id, label: words.statuses[id] }))}
          onChoose={choose}
        />
      </PagedTable>
    </Page>
  );
}

function useColumns(): readonly Column<Row>[] {
  const words = useWords(licencesWords);
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: 'id',
        header: words.id,
        share: 2,
        least: 220,
        key: ({ id }) => id,
        cell: ({ id }) => <Told text={id} mono />,
      },
      {
        id: 'status',
        header: words.status,
        least: 130,
        cell: ({ status }) => <LicenceState {...{ status }} />,
      },
      { id: 'tenant', header: words.holder, least: 130, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'purpose',
        header: words.purpose,
        least: 130,
        cell: ({ conditions: { purpose } }) => <Told text={purpose} />,
      },
      {
        id: 'level',
        header: words.level,
        least: 110,
        cell: ({ conditions: { minimumLevel } }) =>
          minimumLevel === undefined ? words.facts : <LevelBadge level={minimumLevel} />,
      },
      {
        id: 'devices',
        header: words.devices,
        numeric: true,
        cell: ({ conditions: { devices } }) => formats.number(devices.length),
      },
      {
        id: 'validUntil',
        header: words.validUntil,
        least: 130,
        cell: ({ conditions: { validUntil } }) => <Instant at={validUntil} relative />,
      },
      {
        id: 'suspendsAt',
        header: words.suspendsAt,
        least: 130,
        key: ({ suspendsAt }) => suspendsAt,
        cell: ({ suspendsAt }) => <Instant at={suspendsAt} relative />,
      },
      {
        id: 'cause',
        header: words.cause,
        share: 1.5,
        least: 180,
        cell: ({ cause }) => <Told text={cause?.code} mono />,
      },
      {
        id: 'createdAt',
        header: words.createdAt,
        least: 190,
        hidden: true,
        cell: ({ createdAt }) => <Instant at={createdAt} />,
      },
    ],
    [words, formats],
  );
}
