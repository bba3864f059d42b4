import { useMemo } from 'react';
import {
  GroundMap,
  GroundUnder,
  LandmarkMarks,
  OutlineShape,
  outlineFacts,
  ringsOf,
} from '../../parts/map/index.ts';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useFormats, useWords } from '../../words/language.tsx';
import type { Near } from './nearest.ts';
import type { Facility } from './types.ts';
import { facilityWords } from './words.ts';

/** Where it is: the outline on the ground of countries, with the landmarks that stand near, and its measures in words. */
export function Site({ facility, near }: { readonly facility: Facility; readonly near: readonly Near[] }) {
  const words = useWords(facilityWords);
  const formats = useFormats();
  const outline = facility.area;
  const rings = useMemo(() => ringsOf(outline), [outline]);
  const shown = useMemo(() => rings.flat(), [rings]);
  const facts = useMemo(() => outlineFacts(outline), [outline]);
  const { latitude, longitude } = facts.middle;
  return (
    <Panel title={words.site}>
      <GroundMap label={words.map(toldText(facility.name))} shown={shown}>
        {(drawn) => (
          <>
            <OutlineShape
              drawn={drawn}
              rings={rings}
              look={facility.state === 'authorised' ? '' : 'map__outline--off'}
            />
            <LandmarkMarks drawn={drawn} landmarks={near.map(({ landmark }) => landmark)} />
          </>
        )}
      </GroundMap>
      <Facts>
        <Fact name={words.middle}>
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </Fact>
        <Fact name={words.shape}>
          {outline.type === 'Point'
            ? words.circle(formats.number(outline.radiusMeters))
            : words.polygon(facts.corners, rings.length)}
        </Fact>
        <Fact name={words.ground}>
          <GroundUnder outline={outline} country={facility.country} disagrees={words.disagrees} />
        </Fact>
        <Fact name={words.size}>
          {words.squareKilometres(formats.number(Number((facts.squareMeters / 1e6).toPrecision(3))))}
        </Fact>
      </Facts>
    </Panel>
  );
}
