import type { Bound } from '../bound.ts';
import { coverOf, extentOf } from '../cover.ts';
import { chordMeters, type Ecef, type Place, toEcef, toPlace } from '../wgs84.ts';
import { type View, WHOLE_EARTH_METERS } from './projection.ts';
import type { Proof } from './proof.ts';

const EARTH_METERS = 6_371_009;
/** Borders are drawn at 1 : 10,000,000: nearer, there is nothing to see. */
const NEAREST_METERS = 2_000;
/** The region fills about two thirds of the map. */
const ROOM = 1.45;

/** The view in which a proof is seen best: all of its region, with the facility and the landmarks that stand near. */
export function fitted({ region, bounds, landmarks, facility }: Proof, pixels: number): View {
  const extent = extentOf(coverOf(region, 256));
  if (extent === null) return fittedToConflict(bounds, pixels);
  const nearest = bounds.toSorted((a, b) => a.radiusMeters - b.radiusMeters)[0];
  const buried = Math.hypot(extent.center.x, extent.center.y, extent.center.z) < EARTH_METERS / 2;
  const center = toPlace(buried ? (nearest?.center ?? { x: EARTH_METERS, y: 0, z: 0 }) : extent.center);
  const reach = buried ? WHOLE_EARTH_METERS : surfaceMeters(extent.radiusMeters);
  const from = toEcef(center);
  const away = (place: Place): number => surfaceMeters(chordMeters(from, toEcef(place)));
  const wanted = [
    reach * ROOM,
    ...(facility === null ? [] : [away(facility.place)].filter((meters) => meters < 6 * reach)).map(
      (meters) => meters * 1.15,
    ),
    ...landmarks.map(({ place }) => away(place) * 1.1).filter((meters) => meters < 2 * reach),
  ];
  return viewOf(center, Math.max(NEAREST_METERS, ...wanted), pixels);
}

/** Where nothing is possible, the two disks that are farthest apart show why; without such two, the tightest ones. */
function fittedToConflict(bounds: readonly Bound[], pixels: number): View {
  const shown = conflictOf(bounds);
  const [a, b] = shown;
  if (a === undefined) return viewOf({ latitude: 0, longitude: 0 }, WHOLE_EARTH_METERS, pixels);
  const other = b ?? a;
  const apart = chordMeters(a.center, other.center);
  // The middle of the line that spans both disks.
  const share =
    apart === 0 ? 0 : Math.min(1, Math.max(0, (apart + other.radiusMeters - a.radiusMeters) / (2 * apart)));
  const middle = toPlace(between(a.center, other.center, share));
  const from = toEcef(middle);
  const reach = shown.map(
    ({ center, radiusMeters }) => surfaceMeters(chordMeters(from, center)) + surfaceMeters(radiusMeters),
  );
  return viewOf(middle, Math.max(NEAREST_METERS, ...reach) * 1.15, pixels);
}

/** The bounds that contradict each other most. */
export function conflictOf(bounds: readonly Bound[]): readonly Bound[] {
  let worst: readonly Bound[] = bounds.toSorted((a, b) => a.radiusMeters - b.radiusMeters).slice(0, 3);
  let widest = 0;
  for (const [index, a] of bounds.entries()) {
    for (const b of bounds.slice(index + 1)) {
      const gap = chordMeters(a.center, b.center) - a.radiusMeters - b.radiusMeters;
      if (gap <= widest) continue;
      widest = gap;
      worst = [a, b];
    }
  }
  return worst;
}

function viewOf({ latitude, longitude }: Place, halfMeters: number, pixels: number): View {
  return { center: [longitude, latitude], halfMeters: Math.min(halfMeters, WHOLE_EARTH_METERS), pixels };
}

/** Along the Earth, for a straight line through it. */
function surfaceMeters(chord: number): number {
  return 2 * EARTH_METERS * Math.asin(Math.min(1, chord / (2 * EARTH_METERS)));
}

function between(a: Ecef, b: Ecef, share: number): Ecef {
  const at = (axis: keyof Ecef): number => a[axis] + share * (b[axis] - a[axis]);
  return { x: at('x'), y: at('y'), z: at('z') };
}
