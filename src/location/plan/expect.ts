import { type Bound, boundOf, type Grade, nanosFor } from '../bound.ts';
import { chordMeters, type Place, toEcef } from '../wgs84.ts';

/** Somewhere a landmark stands or could stand. */
export type Site = Place & {
  readonly id: string;
  readonly controlGroup: string;
  /** It stands already: it costs nothing to use. */
  readonly existing: boolean;
};

/** A facility and the countries that it must be proven inside, taken together. */
export type PlannedFacility = Place & { readonly id: string; readonly countries: readonly string[] };

/** What round trips to expect: of fibre that winds, and of everything that takes time beside. */
export type RttModel = {
  /** Length of the way over the straight line, at least 1. */
  readonly stretch: number;
  /** Of the least of many rounds, in excess of fibre, milliseconds. */
  readonly excessMs: number;
};

/**
 * RTT in excess of fibre that was seen between RIPE Atlas anchors less than 20 km apart (192 pairs, 2018), milliseconds,
 * by the share of pairs that did as well or better.
 */
export const SEEN_EXCESS_MS = { p5: 0.34, p25: 0.65, p50: 1.16, p75: 1.91 } as const;

/**
 * What a plan reckons with unless it is told better: three of four pairs have less excess; half of the pairs 300 to 3,000 km
 * apart wind less (medians 2.6 to 2.9). A plan that is right three times in four is not a proof: measure.
 */
export const CAUTIOUS: RttModel = { stretch: 3, excessMs: SEEN_EXCESS_MS.p75 };

/** Of the speed of light in vacuum: light in fibre as cables are reckoned with, slower than grade B allows. */
const FIBRE_SHARE = 2 / 3;

/** The bound to expect of a site on a key that stands in a facility. */
export function expectedBound(site: Site, facility: Place, grade: Grade, model: RttModel): Bound {
  const meters = chordMeters(toEcef(site), toEcef(facility));
  const fibreNanos = (nanosFor(meters, 'A') / FIBRE_SHARE) * model.stretch;
  const minRttNanos = Math.ceil(fibreNanos + model.excessMs * 1e6);
  const { id: landmarkId, controlGroup } = site;
  const place = { latitude: site.latitude, longitude: site.longitude };
  return boundOf(
    { landmarkId, controlGroup, place, uncertaintyMeters: 0, minRttNanos, clockErrorPpm: 100 },
    grade,
  );
}
