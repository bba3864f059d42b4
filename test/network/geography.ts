import { areaOfOutline } from '../../src/location/authorised-area.ts';
import { type Bound, boundOf } from '../../src/location/bound.ts';
import { measurementOf, type ReceiptBound } from '../../src/location/probe/index.ts';
import { regionOf, touches } from '../../src/location/region.ts';
import { locate } from '../../src/location/verdict.ts';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';
import type { LocationVerdict } from '../../src/protocol/location.ts';

/** Where hosts and landmarks stand. */
export const CITIES = {
  frankfurt: { latitude: 50.1109, longitude: 8.6821 },
  offenbach: { latitude: 50.0956, longitude: 8.7761 },
  mainz: { latitude: 49.9929, longitude: 8.2473 },
  wuerzburg: { latitude: 49.7913, longitude: 9.9534 },
  berlin: { latitude: 52.52, longitude: 13.405 },
  potsdam: { latitude: 52.3906, longitude: 13.0645 },
} as const satisfies { readonly [city: string]: Place };
export type City = keyof typeof CITIES;

export function metersBetween(a: Place, b: Place): number {
  return chordMeters(toEcef(a), toEcef(b));
}

/** Light in fibre covers about 0.66 of what it does in vacuum, and no cable is straight: a tenth is added. */
const FIBRE_METERS_PER_NS = 0.299_792_458 * 0.66;
const DETOUR = 1.1;

/** How long a signal takes between two cities, one way, nanoseconds. */
export function oneWayNs(a: City, b: City): number {
  return Math.ceil((metersBetween(CITIES[a], CITIES[b]) * DETOUR) / FIBRE_METERS_PER_NS);
}

/**
 * How large a fence around a place must be for measurements of those round trips to prove it, if `tolerance` groups lie: a
 * point that is possible lies in one of the f + 1 tightest bounds.
 */
export function fenceMeters(place: Place, bounds: readonly Bound[], tolerance: number): number {
  const reaches = bounds.map(({ center, radiusMeters }) => radiusMeters + chordMeters(center, toEcef(place)));
  return reaches.sort((a, b) => a - b)[tolerance] ?? Number.POSITIVE_INFINITY;
}

/** Bounds in solid fibre. */
export function boundsOf(receipts: readonly ReceiptBound[]): Bound[] {
  return receipts.map((one) => boundOf(measurementOf(one), 'B'));
}

/** What the verifier says of a host that should be inside a fence, every landmark audited and an operator of its own. */
export function judge(receipts: readonly ReceiptBound[], center: Place, fence: number): LocationVerdict {
  const { latitude, longitude } = center;
  const area = areaOfOutline(
    { type: 'Point', coordinates: [longitude, latitude], radiusMeters: fence },
    'the facility',
  );
  return locate({
    measured: receipts.map((one) => ({ ...measurementOf(one), tolerance: { A: 5, B: 5 } })),
    area,
    geofence: area,
    onSite: new Set(),
    near: center,
    standings: [],
    countryAt: () => null,
  }).verdict;
}

export function isPossible(place: Place, bounds: readonly Bound[], tolerance: number): boolean {
  return touches(regionOf(bounds, tolerance), { center: toEcef(place), radiusMeters: 0 });
}
