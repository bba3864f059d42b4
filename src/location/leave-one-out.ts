import { type Bound, boundOf, type Grade } from './bound.ts';
import { excludedCountries, provenCountry } from './country.ts';
import { coverOf, extentOf } from './cover.ts';
import type { Jurisdictions } from './jurisdictions.ts';
import { regionOf, touches } from './region.ts';
import { type Place, toEcef } from './wgs84.ts';

/** A machine whose place somebody vouches for: a landmark to all others, and a host when its turn comes. */
export type Node = Place & {
  readonly id: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly uncertaintyMeters: number;
};

/** The least round trip between two of them, whole nanoseconds, by landmark and host. */
export type Matrix = {
  readonly nodes: readonly Node[];
  readonly rttNanos: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

export type ExperimentOptions = {
  readonly grade: Grade;
  /** f. */
  readonly tolerance: number;
  /** Countries, alpha-2, that a host is to be proven not to stand in, each by itself. */
  readonly forbidden: readonly string[];
};

/** What the measurements prove of one host, and whether its stated place bears it out. */
export type Placement = {
  readonly host: string;
  /** As stated: never used to prove anything. */
  readonly country: string;
  /** How many landmarks measured it. */
  readonly landmarks: number;
  /** The one country that holds every point of land where the host may have been; null where there is none. */
  readonly provenCountry: string | null;
  /** Those of the forbidden countries in which no possible point lies; none where no point is possible at all. */
  readonly excluded: readonly string[];
  /** Of a ball around the region, metres; null without landmarks. */
  readonly radiusMeters: number | null;
  /**
   * Whether the stated place, or any within its own uncertainty, may be possible. False is a fault, of the measurements or
   * of the method; null without landmarks.
   */
  readonly truthInside: boolean | null;
  readonly verdict: 'proven' | 'inconclusive' | 'inconsistent' | 'unmeasured';
  /** Another country that is still possible, where none is proven. */
  readonly alsoPossible: string | null;
};

/** What all other nodes prove of one: a bound for each that measured it, each of them its own control group. */
export function boundsOf(host: Node, { nodes, rttNanos }: Matrix, grade: Grade): readonly Bound[] {
  return nodes.flatMap((landmark) => {
    const minRttNanos = rttNanos.get(landmark.id)?.get(host.id);
    if (landmark.id === host.id || minRttNanos === undefined) return [];
    const { id, uncertaintyMeters } = landmark;
    const measurement = { landmarkId: id, controlGroup: id, place: landmark, uncertaintyMeters, minRttNanos };
    return [boundOf({ ...measurement, clockErrorPpm: 0 }, grade)];
  });
}

/** Places one node by all others, in the land-only reading. */
export function placeNode(
  host: Node,
  matrix: Matrix,
  jurisdictions: Jurisdictions,
  { grade, tolerance, forbidden }: ExperimentOptions,
): Placement {
  const bounds = boundsOf(host, matrix, grade);
  const about = { host: host.id, country: host.country, landmarks: bounds.length };
  if (bounds.length === 0) {
    const nothing = { provenCountry: null, excluded: [], radiusMeters: null, truthInside: null };
    return { ...about, ...nothing, verdict: 'unmeasured', alsoPossible: null };
  }
  const region = regionOf(bounds, tolerance);
  const extent = extentOf(coverOf(region));
  return {
    ...about,
    ...provenCountry(region, jurisdictions),
    excluded: excludedCountries(region, jurisdictions, forbidden),
    radiusMeters: extent?.radiusMeters ?? null,
    truthInside: touches(region, { center: toEcef(host), radiusMeters: host.uncertaintyMeters }),
  };
}
