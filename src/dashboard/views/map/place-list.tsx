import { type ReactNode, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useCountryName } from '../../parts/country.ts';
import { LandmarkStanding, standingWords } from '../../parts/landmark-standing.tsx';
import { Panel } from '../../parts/panel.tsx';
import { type Column, LocalTable } from '../../parts/table/index.ts';
import { Told } from '../../parts/told.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import { FacilityState } from '../facilities/facility-state.tsx';
import { facilitiesWords } from '../facilities/words.ts';
import { type Place, troubled } from './places.ts';
import { mapViewWords } from './words.ts';

type PlaceListProps = { readonly places: readonly Place[]; readonly children: ReactNode };

/** All that the map shows, in words: whoever goes to a row has it in the middle of the map. */
export function PlaceList({ places, children }: PlaceListProps) {
  const words = useWords(mapViewWords);
  const columns = useColumns();
  const [asked] = useSearchParams();
  const addressOf = ({ id }: Place): string => {
    const next = new URLSearchParams(asked);
    next.set('place', id);
    return `/map?${next}`;
  };
  return (
    <Panel title={words.list} aside={words.listNote}>
      <LocalTable
        label={words.list}
        columns={columns}
        rows={places}
        rowId={({ kind, id }) => `${kind} ${id}`}
        href={addressOf}
      >
        {children}
      </LocalTable>
    </Panel>
  );
}

function useColumns(): readonly Column<Place>[] {
  const words = useWords(mapViewWords);
  const { states } = useWords(facilitiesWords);
  const standings = useWords(standingWords);
  const country = useCountryName();
  return useMemo(
    () => [
      {
        id: 'name',
        header: words.name,
        share: 2,
        least: 150,
        key: ({ name }) => name,
        cell: ({ name }) => <Told text={name} />,
      },
      {
        id: 'kind',
        header: words.kind,
        least: 90,
        key: ({ kind }) => words.kinds[kind],
        cell: ({ kind }) => <span>{words.kinds[kind]}</span>,
      },
      {
        id: 'country',
        header: words.country,
        least: 120,
        key: (place) => country(place.country),
        cell: (place) => <span>{country(place.country)}</span>,
      },
      {
        id: 'state',
        header: words.state,
        least: 150,
        key: (place) =>
          place.kind === 'facility' ? states[place.facility.state] : standings[place.landmark.standing],
        cell: (place) =>
          place.kind === 'facility' ? (
            <FacilityState facility={place.facility} />
          ) : (
            <LandmarkStanding standing={place.landmark.standing} />
          ),
      },
      {
        id: 'hosts',
        header: words.hosts,
        numeric: true,
        least: 80,
        key: (place) => (place.kind === 'facility' ? (place.hosts?.total ?? null) : null),
        cell: (place) => <Count count={place.kind === 'facility' ? (place.hosts?.total ?? null) : null} />,
      },
      {
        id: 'troubled',
        header: words.troubled,
        numeric: true,
        least: 100,
        key: (place) => (place.kind === 'facility' && place.hosts !== null ? troubled(place.hosts) : null),
        cell: (place) => (
          <Count count={place.kind === 'facility' && place.hosts !== null ? troubled(place.hosts) : null} />
        ),
      },
    ],
    [words, states, standings, country],
  );
}

function Count({ count }: { readonly count: number | null }) {
  const formats = useFormats();
  return count === null ? <span className="none">–</span> : <span>{formats.number(count)}</span>;
}
