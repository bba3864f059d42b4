import { useMemo } from 'react';
import { Link } from 'wouter';
import { usePages } from '../../api/pages.ts';
import type { Item } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { type Column, PagedTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { PartyStandStatus, useListInForce } from './party-stand.tsx';
import { RegisterParty } from './register-party.tsx';
import { partiesWords } from './words.ts';

type Row = Item<'listParties'>;

/** Everybody who stands on licences, or above somebody who does, the oldest first, as the verifier lists them. */
export default function Parties() {
  const words = useWords(partiesWords);
  const { session, may } = useSession();
  const inForce = useListInForce();
  const list = usePages('listParties', { query: { limit: 100 } }, { live: ['party'] });
  const columns = useColumns(inForce);
  return (
    <Page
      title={words.title}
      lead={words.lead(inForce)}
      actions={
        !session.readsOnly && (
          <>
            {may('parties:write') && <RegisterParty />}
            {may('parties:write') && (
              <Link href="/parties/import" className="button">
                {words.fromFile}
              </Link>
            )}
            {may('parties:screen') && (
              <Link href="/parties/screenings" className="button">
                {words.screeningsFromFile}
              </Link>
            )}
          </>
        )
      }
    >
      <PagedTable
        label={words.title}
        columns={columns}
        list={list}
        nothing={words.nothing}
        rowId={({ id }: Row) => id}
        href={({ id }: Row) => `/parties/${encodeURIComponent(id)}`}
      />
    </Page>
  );
}

function useColumns(inForce: string | null | undefined): readonly Column<Row>[] {
  const words = useWords(partiesWords);
  const country = useCountryName();
  return useMemo(
    () => [
      {
        id: 'legalName',
        header: words.name,
        share: 2,
        least: 200,
        cell: ({ legalName }) => <Told text={legalName} />,
      },
      {
        id: 'country',
        header: words.country,
        least: 150,
        cell: (row) => <span>{country(row.country)}</span>,
      },
      {
        id: 'headquarters',
        header: words.headquarters,
        least: 150,
        cell: ({ headquarters }) =>
          headquarters === null ? <Told text={null} /> : <span>{country(headquarters)}</span>,
      },
      {
        id: 'standing',
        header: words.standing,
        least: 200,
        cell: (party) => <PartyStandStatus {...{ party, inForce }} />,
      },
      {
        id: 'screenedOn',
        header: words.screenedOn,
        least: 130,
        cell: ({ screenedOn }) => <Told text={screenedOn} />,
      },
      {
        id: 'owner',
        header: words.owner,
        least: 165,
        cell: ({ parentId, ownUltimateParent }) => (
          <span>
            {parentId !== null
              ? words.owners.named
              : ownUltimateParent
                ? words.owners.nobody
                : words.owners.unsaid}
          </span>
        ),
      },
      { id: 'tenant', header: words.tenant, least: 110, cell: ({ tenant }) => <Told text={tenant} /> },
      {
        id: 'reference',
        header: words.reference,
        hidden: true,
        cell: ({ reference }) => <Told text={reference} mono />,
      },
      {
        id: 'createdAt',
        header: words.createdAt,
        least: 215,
        hidden: true,
        cell: ({ createdAt }) => <Instant at={createdAt} />,
      },
      { id: 'id', header: words.id, least: 250, hidden: true, cell: ({ id }) => <Told text={id} mono /> },
    ],
    [words, country, inForce],
  );
}
