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

export type Area = { readonly name: string; readonly rings: readonly Ring[] };

type Side = {
  readonly area: number;
  readonly from: number;
  readonly turn: number;
  readonly y1: number;
  readonly y2: number;
};
/** Sides by the degree of longitude that they touch, and which areas hold the north pole an odd number of times. */
type Index = { readonly sides: readonly (readonly Side[])[]; readonly polar: ReadonlySet<number> };
const indices = new WeakMap<readonly Area[], Index>();

/** The areas that hold a point, by the same counting; more than one where they overlap. */
export function areasAt({ latitude, longitude }: Place, areas: readonly Area[]): string[] {
  const index = indices.get(areas) ?? indexOf(areas);
  indices.set(areas, index);
  const inside = new Set(index.polar);
  for (const { area, from, turn: span, y1, y2 } of index.sides[bucketOf(longitude)] ?? []) {
    const x1 = turn(from - longitude);
    for (const shift of [-360, 0, 360]) {
      const [a, b] = [x1 + shift, x1 + span + shift];
      if (a > 0 === b > 0) continue;
      if (y1 + ((0 - a) / (b - a)) * (y2 - y1) > latitude && !inside.delete(area)) inside.add(area);
    }
  }
  return [...inside].map((area) => areas[area]?.name ?? '');
}

function indexOf(areas: readonly Area[]): Index {
  const sides: Side[][] = Array.from({ length: 360 }, () => []);
  const polar = new Set<number>();
  for (const [area, { rings }] of areas.entries()) {
    for (const ring of rings) {
      if (holdsNorthPole(ring) && !polar.delete(area)) polar.add(area);
      for (const [index, b] of ring.entries()) {
        const a = ring[index - 1];
        if (a === undefined) continue;
        const side = { area, from: a[0], turn: turn(b[0] - a[0]), y1: a[1], y2: b[1] };
        const [west, east] = [Math.min(a[0], a[0] + side.turn), Math.max(a[0], a[0] + side.turn)];
        for (let degree = Math.floor(west); degree <= east; degree++) sides[bucketOf(degree)]?.push(side);
      }
    }
  }
  return { sides, polar };
}

function bucketOf(longitude: number): number {
  return (((Math.floor(longitude) + 180) % 360) + 360) % 360;
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
