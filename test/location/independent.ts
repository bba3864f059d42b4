import type { Place } from '../../src/location/wgs84.ts';

/**
 * The same questions, answered another way: nothing here is taken from the solver. Distances are straight lines between
 * points of the WGS 84 ellipsoid, from its definition by axis and flattening; areas are asked by counting, for one point
 * at a time, the edges that a line to the north crosses.
 */

const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);

function cartesian({ latitude, longitude }: Place): [number, number, number] {
  // By the reduced latitude, where the solver goes by the prime vertical.
  const beta = Math.atan2(B * Math.sin(rad(latitude)), A * Math.cos(rad(latitude)));
  return [
    A * Math.cos(beta) * Math.cos(rad(longitude)),
    A * Math.cos(beta) * Math.sin(rad(longitude)),
    B * Math.sin(beta),
  ];
}

export function straightMeters(a: Place, b: Place): number {
  const [p, q] = [cartesian(a), cartesian(b)];
  return Math.sqrt((p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2);
}

export type Disk = { readonly place: Place; readonly radiusMeters: number; readonly group: string };

/** Whether at most `tolerance` groups have a disk that the point is outside of. */
export function isPossible(point: Place, disks: readonly Disk[], tolerance: number): boolean {
  const liars = new Set(
    disks
      .filter(({ place, radiusMeters }) => straightMeters(point, place) > radiusMeters)
      .map(({ group }) => group),
  );
  return liars.size <= tolerance;
}

type Ring = readonly (readonly [number, number])[];

/** Even and odd, by a line to the north; a ring may cross the antimeridian, and then is unrolled around the point. */
export function isInside({ latitude, longitude }: Place, rings: readonly Ring[]): boolean {
  let inside = false;
  for (const ring of rings) {
    if (holdsNorthPole(ring)) inside = !inside;
    for (let index = 1; index < ring.length; index++) {
      const [a, b] = [ring[index - 1], ring[index]];
      if (a === undefined || b === undefined) continue;
      // Longitudes as seen from the point: the edge is the shorter way, and cut where it is farthest from the point.
      const from = turn(a[0] - longitude);
      const to = from + turn(b[0] - a[0]);
      for (const shift of [-360, 0, 360]) {
        const [x1, x2] = [from + shift, to + shift];
        if (x1 > 0 === x2 > 0) continue;
        const crossing = a[1] + ((0 - x1) / (x2 - x1)) * (b[1] - a[1]);
        if (crossing > latitude) inside = !inside;
      }
    }
  }
  return inside;
}

/** A ring that goes all the way around holds the pole of its own hemisphere; a line to the north ends at that pole. */
function holdsNorthPole(ring: Ring): boolean {
  let around = 0;
  let latitudes = 0;
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    if (a === undefined || b === undefined) continue;
    around += turn(b[0] - a[0]);
    latitudes += b[1];
  }
  return Math.round(around / 360) % 2 !== 0 && latitudes > 0;
}

function turn(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}

function rad(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
