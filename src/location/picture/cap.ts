import type { Position } from '../antimeridian.ts';
import type { Projection } from './projection.ts';

const RADIANS = Math.PI / 180;
const EARTH_METERS = 6_371_009;
/** Edges are straight in longitude and latitude and bulge out between their corners; no edge of a map is this long. */
const BULGE = 0.02;

/** A cap of the sphere that holds every corner of a ring. */
type Cap = { readonly center: Position; readonly radius: number };

const caps = new WeakMap<readonly Position[], Cap>();

/**
 * Whether a ring certainly lies beside the map and goes around neither its centre nor what is opposite. Answers most rings
 * of the world by one distance instead of projecting each corner; what it does not answer is projected.
 */
export function isFarAway(ring: readonly Position[], { view, polar }: Projection): boolean {
  let cap = caps.get(ring);
  if (cap === undefined) {
    cap = capOf(ring);
    caps.set(ring, cap);
  }
  const { arc } = polar(cap.center);
  const reach = cap.radius + BULGE;
  return arc - reach > (view.halfMeters * Math.SQRT2) / EARTH_METERS && arc + reach < Math.PI;
}

function capOf(ring: readonly Position[]): Cap {
  let [x, y, z] = [0, 0, 0];
  for (const place of ring) {
    const [px, py, pz] = unit(place);
    x += px;
    y += py;
    z += pz;
  }
  const length = Math.hypot(x, y, z);
  // Corners all around the Earth have no middle, and no cap smaller than all of it.
  if (!(length > 1e-9)) return { center: [0, 0], radius: Math.PI };
  let nearest = 1;
  for (const place of ring) {
    const [px, py, pz] = unit(place);
    nearest = Math.min(nearest, (px * x + py * y + pz * z) / length);
  }
  const center: Position = [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
  return { center, radius: Math.acos(Math.max(-1, nearest)) };
}

function unit([longitude, latitude]: Position): readonly [x: number, y: number, z: number] {
  const flat = Math.cos(latitude * RADIANS);
  return [
    flat * Math.cos(longitude * RADIANS),
    flat * Math.sin(longitude * RADIANS),
    Math.sin(latitude * RADIANS),
  ];
}
