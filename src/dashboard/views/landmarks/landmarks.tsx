import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Answer } from '../../api/call.ts';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { useCountryName } from '../../parts/country.ts';
import { Instant } from '../../parts/instant.tsx';
import { LANDMARK_STANDINGS, LandmarkStanding, standingWords } from '../../parts/landmark-standing.tsx';
import { Shown } from '../../parts/state.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Proposed } from './proposed.tsx';
import { landmarksWords } from './words.ts';

type Row = Answer<'listLandmarks'>['items'][number];

/** Every landmark in force, whether it counts, and what waits for a second person. */
export default function Landmarks() {
  const words = useWords(landmarksWords);
  const { session, may } = useSession();
  const columns = useColumns();
  const read = useRead('listLandmarks', {}, { live: ['landmarks', 'trust-input'] });
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        may('trust:propose') &&
        !session.readsOnly && (
          <Link href="/landmark-proposal" className="button button--main">
            {words.propose}
          </Link>
        )
      }
    >
      <Proposed />
      <Shown read={read}>
        {({ items }) => (
          <LocalTable
            label={words.title}
            columns={columns}
            rows={items}
            rowId={({ id }) => id}
            href={({ id }) => `/landmarks/${encodeURIComponent(id)}`}
            firstSort={WORST_FIRST}
          />
        )}
      </Shown>
    </Page>
  );
}

const WORST_FIRST = { column: 'standing', descending: true };

function useColumns(): readonly Column<Row>[] {
  const words = useWords(landmarksWords);
  const standings = useWords(standingWords);
  const country = useCountryName();
  return useMemo(
    () => [
      { id: 'id', header: words.id, least: 150, key: ({ id }) => id, cell: ({ id }) => <Told text={id} /> },
      {
        id: 'standing',
        header: words.standing,
        least: 150,
        key: ({ standing }) => LANDMARK_STANDINGS.indexOf(standing),
        text: ({ standing }) => standings[standing],
        cell: ({ standing }) => <LandmarkStanding standing={standing} />,
      },
      {
        id: 'country',
        header: words.country,
        least: 140,
        key: (row) => country(row.country),
        cell: (row) => <span>{country(row.country)}</span>,
      },
      {
        id: 'operator',
        header: words.operator,
        share: 1.5,
        least: 150,
        key: ({ operator }) => operator,
        cell: ({ operator }) => <Told text={operator} />,
      },
      {
        id: 'place',
        header: words.place,
        least: 150,
        key: ({ latitude }) => latitude,
        cell: ({ latitude, longitude }) => (
          <span>
            {latitude.toFixed(3)}, {longitude.toFixed(3)}
          </span>
        ),
      },
      {
        id: 'basis',
        header: words.basis,
        least: 120,
        key: ({ placeBasis }) => words.bases[placeBasis],
        cell: ({ placeBasis }) => words.bases[placeBasis],
      },
      {
        id: 'until',
        header: words.until,
        least: 130,
        key: ({ until }) => until,
        cell: ({ until }) => <Instant at={until} relative />,
      },
      {
        id: 'controlGroup',
        header: words.group,
        least: 130,
        hidden: true,
        key: ({ controlGroup }) => controlGroup,
        cell: ({ controlGroup }) => <Told text={controlGroup} />,
      },
    ],
    [words, standings, country],
  );
}
