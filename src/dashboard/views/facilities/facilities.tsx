import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Answer } from '../../api/call.ts';
import { usePages } from '../../api/pages.ts';
import { type Item, useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { FacilityState } from './facility-state.tsx';
import { facilitiesWords } from './words.ts';

type Row = Item<'listFacilities'>;

const PAGE = 100;

/** Every facility that the person may see, the oldest first, as the verifier lists them. */
export default function Facilities() {
  const words = useWords(facilitiesWords);
  const { session, may } = useSession();
  const list = usePages('listFacilities', { query: { limit: PAGE } }, { live: ['facility'] });
  const counted = useRead('countHostsByFacility', {}, { live: ['host', 'hold'], when: may('hosts:read') });
  const columns = useColumns(may('hosts:read'), counted.data?.items);
  const mayPropose = may('facilities:propose') && !session.readsOnly;
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        mayPropose && (
          <Link href="/facilities/propose" className="button button--main">
            {words.propose}
          </Link>
        )
      }
    >
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/facilities/${encodeURIComponent(id)}`}
      />
    </Page>
  );
}

type Counts = Answer<'countHostsByFacility'>['items'];

/** @param counts as soon as they are here */
function useColumns(seesHosts: boolean, counts: Counts | undefined): readonly Column<Row>[] {
  const words = useWords(facilitiesWords);
  const formats = useFormats();
  const country = useCountryName();
  const hostColumn = useMemo((): readonly Column<Row>[] => {
    if (!seesHosts) return [];
    const byFacility = new Map(counts?.map(({ facilityId, total }) => [facilityId, total]));
    const cell = ({ id }: Row) => (
      <span>{counts === undefined ? '…' : formats.number(byFacility.get(id) ?? 0)}</span>
    );
    return [{ id: 'hosts', header: words.hosts, numeric: true, least: 80, cell }];
  }, [seesHosts, counts, words, formats]);
  return useMemo(
    () => [
      { id: 'name', header: words.name, share: 2, least: 180, cell: ({ name }) => <Told text={name} /> },
      {
        id: 'country',
        header: words.country,
        least: 140,
        cell: (row) => <span>{country(row.country)}</span>,
      },
      {
        id: 'operatorTenant',
        header: words.operator,
        least: 120,
        cell: ({ operatorTenant }) => <Told text={operatorTenant} />,
      },
      { id: 'state', header: words.state, least: 190, cell: (row) => <FacilityState facility={row} /> },
      { id: 'tier', header: words.tier, cell: ({ tier }) => <Told text={tier} /> },
      {
        id: 'authorisedUntil',
        header: words.until,
        least: 140,
        cell: ({ state, authorisedUntil }) =>
          state === 'authorised' && authorisedUntil === null ? (
            <span>{words.noEnd}</span>
          ) : (
            <Instant at={authorisedUntil} relative />
          ),
      },
      ...hostColumn,
      { id: 'tenant', header: words.proposer, least: 120, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'proposedAt',
        header: words.proposed,
        least: 215,
        hidden: true,
        cell: ({ proposedAt }) => <Instant at={proposedAt} />,
      },
      { id: 'id', header: words.id, least: 240, hidden: true, cell: ({ id }) => <Told text={id} mono /> },
    ],
    [words, country, hostColumn],
  );
}
