import { labelAtPlace, NOWHERE } from '../geography.ts';
import type { Jurisdictions } from '../jurisdictions.ts';
import type { Place } from '../wgs84.ts';
import type { Draw } from './draw.ts';

/** A landmark as it is and as it says. */
export type SimulatedLandmark = {
  readonly id: string;
  readonly controlGroup: string;
  readonly stated: Place;
  /** Within `uncertaintyMeters` of what is stated, unless it lies. */
  readonly actual: Place;
  readonly uncertaintyMeters: number;
  /** What it states of its clock; the actual error is no larger. */
  readonly clockErrorPpm: number;
};

/** A facility in a country, and landmarks around it and far away. */
export type Scene = {
  readonly facility: Place;
  /** The label of the country that the facility is authorised in. */
  readonly country: number;
  readonly landmarks: readonly SimulatedLandmark[];
};

/** A third within 100 km of the facility, the rest anywhere; some control groups have several. */
export function drawScene(draw: Draw, jurisdictions: Jurisdictions): Scene {
  const facility = landPlace(draw, jurisdictions);
  const groups = draw.whole(5, 14);
  const landmarks = Array.from({ length: draw.whole(groups, groups + 4) }, (_, index): SimulatedLandmark => {
    const near = index % 3 === 0;
    const stated = near ? draw.away(facility, draw.magnitude(100, 100_000)) : draw.place();
    const uncertaintyMeters = draw.whole(0, 1) * draw.magnitude(1, 2_000);
    return {
      id: `landmark-${index}`,
      controlGroup: `group-${index % groups}`,
      stated,
      actual: draw.away(stated, uncertaintyMeters * draw.between(0, 0.99)),
      uncertaintyMeters,
      clockErrorPpm: draw.between(0, 100),
    };
  });
  return { facility, country: labelAtPlace(jurisdictions.geography, facility), landmarks };
}

function landPlace(draw: Draw, { geography }: Jurisdictions): Place {
  for (;;) {
    const place = draw.place();
    if (labelAtPlace(geography, place) !== NOWHERE) return place;
  }
}

/** Where a key is that is not in the country: on land, near the border as often as far from it. */
export function placeElsewhere(
  draw: Draw,
  { geography }: Jurisdictions,
  { facility, country }: Scene,
): Place {
  for (let round = 0; ; round++) {
    const place = round < 60 ? draw.away(facility, draw.magnitude(3_000, 12_000_000)) : draw.place();
    const label = labelAtPlace(geography, place);
    if (label !== NOWHERE && label !== country) return place;
  }
}
