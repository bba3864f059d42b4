import { type ReactNode, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { Choice } from '../../parts/choice.tsx';
import { useCountryName } from '../../parts/country.ts';
import { useLanguage, useWords } from '../../words/language.tsx';
import { facilitiesWords } from '../facilities/words.ts';
import { HOST_STATES } from '../hosts/host-state.tsx';
import { hostsWords } from '../hosts/words.ts';
import type { Place, PlaceFilter } from './places.ts';
import { mapViewWords } from './words.ts';

const KINDS = ['facility', 'landmark'] as const;
const STATES = ['proposed', 'authorised', 'withdrawn', 'refused'] as const;

/** What of the places is looked at, kept in the address, and the fields that say so: of what there is alone. */
export function usePlaceFilter(places: readonly Place[]): {
  readonly filter: PlaceFilter;
  readonly fields: ReactNode;
} {
  const words = useWords(mapViewWords);
  const { states } = useWords(facilitiesWords);
  const hosts = useWords(hostsWords);
  const { language } = useLanguage();
  const country = useCountryName();
  const [asked, setAsked] = useSearchParams();
  const filter = useMemo(
    (): PlaceFilter => ({
      kind: oneOf(KINDS, asked.get('kind')),
      country: asked.get('country'),
      state: oneOf(STATES, asked.get('state')),
      hosts: oneOf(HOST_STATES, asked.get('hosts')),
    }),
    [asked],
  );
  const countries = useMemo(
    () =>
      [...new Set(places.map((place) => place.country))]
        .map((code) => ({ id: code, label: country(code) }))
        .sort((a, b) => a.label.localeCompare(b.label, language)),
    [places, country, language],
  );
  const choose = (name: string) => (value: string | null) =>
    setAsked((before) => {
      const next = new URLSearchParams(before);
      next.delete('place');
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });
  const knowsHosts = places.some((place) => place.kind === 'facility' && place.hosts !== null);
  const knowsLandmarks = places.some(({ kind }) => kind === 'landmark');
  const fields = (
    <>
      <Choice
        label={words.country}
        any={words.any}
        value={filter.country}
        choices={countries}
        onChoose={choose('country')}
      />
      <Choice
        label={words.state}
        any={words.any}
        value={filter.state}
        choices={STATES.map((id) => ({ id, label: states[id] }))}
        onChoose={choose('state')}
      />
      {knowsHosts && (
        <Choice
          label={words.withHosts}
          any={words.any}
          value={filter.hosts}
          choices={HOST_STATES.map((id) => ({ id, label: hosts.states[id] }))}
          onChoose={choose('hosts')}
        />
      )}
      {knowsLandmarks && (
        <Choice
          label={words.kind}
          any={words.any}
          value={filter.kind}
          choices={KINDS.map((id) => ({ id, label: words.kinds[id] }))}
          onChoose={choose('kind')}
        />
      )}
    </>
  );
  return { filter, fields };
}

function oneOf<V extends string>(values: readonly V[], value: string | null): V | null {
  return values.find((each) => each === value) ?? null;
}
