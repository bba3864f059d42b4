import { type Bound, boundOf, type Grade, nanosFor } from '../bound.ts';
import { chordMeters, type Place, toEcef } from '../wgs84.ts';
import type { RttModel } from './rtt-model.ts';

/** Somewhere a landmark stands or could stand. */
export type Site = Place & {
  readonly id: string;
  readonly controlGroup: string;
  /** It stands already: it costs nothing to use. */
  readonly existing: boolean;
};

/** A facility and the countries that it must be proven inside, taken together. */
export type PlannedFacility = Place & { readonly id: string; readonly countries: readonly string[] };

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
