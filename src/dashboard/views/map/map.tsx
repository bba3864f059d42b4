import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Position } from '../../../protocol/outline.ts';
import { useRead } from '../../api/read.ts';
import { useAll } from '../../api/read-all.ts';
import { Page } from '../../app/page.tsx';
import { GroundMap } from '../../parts/map/index.ts';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote, Shown } from '../../parts/state.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import { Chosen } from './chosen.tsx';
import { Legend } from './legend.tsx';
import { Marks } from './marks.tsx';
import { PlaceList } from './place-list.tsx';
import { filtered, type Place, placesOf } from './places.ts';
import { usePlaceFilter } from './use-place-filter.tsx';
import { mapViewWords } from './words.ts';
import './map-view.css';

/** Where everything stands that the person may see, on the ground of countries and in a list that does the same. */
export default function MapPage() {
  const words = useWords(mapViewWords);
  const { may } = useSession();
  const facilities = useAll('listFacilityPlaces', {}, { live: ['facility'] });
  const landmarks = useRead(
    'listLandmarks',
    {},
    { live: ['landmarks', 'trust-input'], when: may('trust:read') },
  );
  const counts = useRead('countHostsByFacility', {}, { live: ['host', 'hold'], when: may('hosts:read') });
  const waiting = facilities.data === undefined || landmarks.isLoading || counts.isLoading;
  const places = useMemo(
    () =>
      waiting ? undefined : placesOf(facilities.data ?? [], landmarks.data?.items ?? [], counts.data?.items),
    [waiting, facilities.data, landmarks.data, counts.data],
  );
  return (
    <Page title={words.title} lead={words.lead}>
      {[landmarks, counts].map(
        ({ error, refetch }, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: these two
          error !== null && <ProblemNote key={index} error={error} onAgain={() => void refetch()} />,
      )}
      <Shown read={{ ...facilities, data: places }}>{(all) => <Places places={all} />}</Shown>
    </Page>
  );
}

function Places({ places }: { readonly places: readonly Place[] }) {
  const words = useWords(mapViewWords);
  const { filter, fields } = usePlaceFilter(places);
  const [asked, setAsked] = useSearchParams();
  const [spread, setSpread] = useState<readonly Position[] | null>(null);
  const seen = useMemo(() => filtered(places, filter), [places, filter]);
  const chosen = places.find(({ id }) => id === asked.get('place')) ?? null;
  const shown = useShown(seen, chosen, spread);
  const choose = (id: string | null): void => {
    setSpread(null);
    setAsked((before) => {
      const next = new URLSearchParams(before);
      if (id === null) next.delete('place');
      else next.set('place', id);
      return next;
    });
  };
  const press = (pressed: readonly Place[]): void => {
    const [first] = pressed;
    if (first !== undefined && pressed.length === 1) choose(first.id);
    else {
      choose(null);
      setSpread(pressed.map(({ at }) => at));
    }
  };
  return (
    <div className="places">
      <div className="places__column">
        <Panel title={words.map}>
          <GroundMap label={words.map} shown={shown.now} whole={shown.all}>
            {(drawn) => <Marks drawn={drawn} places={seen} chosen={chosen?.id ?? null} onPress={press} />}
          </GroundMap>
          <Legend />
        </Panel>
      </div>
      <div className="places__column">
        {chosen !== null && <Chosen place={chosen} onLeave={() => choose(null)} />}
        <PlaceList places={seen}>{fields}</PlaceList>
      </div>
    </div>
  );
}

/** Positions that stay the same list as long as they are the same places: numbers that change do not move the map. */
function useShown(seen: readonly Place[], chosen: Place | null, spread: readonly Position[] | null) {
  const key = JSON.stringify(seen.map(({ at }) => at));
  const all = useMemo((): readonly Position[] => JSON.parse(key), [key]);
  const own = chosen === null ? null : JSON.stringify([chosen.at]);
  const one = useMemo((): readonly Position[] | null => (own === null ? null : JSON.parse(own)), [own]);
  return { all, now: one ?? spread ?? all };
}
