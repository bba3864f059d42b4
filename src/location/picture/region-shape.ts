import type { Position } from '../antimeridian.ts';
import { outlineOf } from '../outline.ts';
import type { Partition } from '../partition.ts';
import type { Region } from '../region.ts';
import { chordMeters, type Ecef, type Place, toEcef, toPlace } from '../wgs84.ts';

const STEPS = 4;
/** A step is a tangent's: a longer one would leave the Earth. */
const MOST_METERS = 500_000;

/**
 * The outline of a region for the eye. It starts from cells that hold all of the region, as the proof does, so that no
 * sliver is missed; then each corner is moved to where the region ends. Sides along the antimeridian and at the poles are
 * only where the flat map is cut.
 */
export function regionRings({ inner, border }: Partition, region: Region): Position[][] {
  const sizes = border.map(({ halfLatitude, halfLongitude }) => Math.max(halfLatitude, halfLongitude));
  const step = sizes.length === 0 ? 1 : Math.max(...sizes) * 2;
  return outlineOf([...inner, ...border]).flatMap((polygon) =>
    polygon.map((ring) => inSteps(ring, step).map((position) => moved(region, position))),
  );
}

/** The sides of those rings at which the region ends: without those along which only the flat map is cut. */
export function bordersOf(rings: readonly (readonly Position[])[]): Position[][] {
  return rings.flatMap((ring) => {
    const lines: Position[][] = [];
    let line: Position[] = [];
    for (const [index, here] of ring.entries()) {
      const before = ring[index - 1];
      if (before !== undefined && isCut(before, here)) {
        lines.push(line);
        line = [];
      }
      line.push(here);
    }
    return [...lines, line].filter(({ length }) => length > 1);
  });
}

function isCut([x1, y1]: Position, [x2, y2]: Position): boolean {
  return (Math.abs(x1) === 180 && x1 === x2) || (Math.abs(y1) === 90 && y1 === y2);
}

function inSteps(ring: readonly Position[], step: number): Position[] {
  return ring.flatMap((b, index): Position[] => {
    const a = ring[index - 1];
    if (a === undefined) return [b];
    const count = Math.max(1, Math.ceil(Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1])) / step));
    return Array.from({ length: count }, (_, part): Position => {
      const share = (part + 1) / count;
      return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
    });
  });
}

/** A step on the surface to where the deciding bound ends; far from its landmark, surface and chord part ways. */
function along(point: Ecef, { center, excess, distance }: Decisive): Ecef {
  const size = Math.hypot(point.x, point.y, point.z);
  const [ux, uy, uz] = [point.x - center.x, point.y - center.y, point.z - center.z];
  const up = (ux * point.x + uy * point.y + uz * point.z) / size;
  const level = Math.sqrt(Math.max(0, distance * distance - up * up));
  if (level === 0) return point;
  const share = Math.max(-MOST_METERS, Math.min(MOST_METERS, (excess * distance) / level)) / level;
  const flat = (u: number, p: number): number => p - share * (u - (up * p) / size);
  return { x: flat(ux, point.x), y: flat(uy, point.y), z: flat(uz, point.z) };
}

/** Along the way to the landmark whose bound decides there, until the region ends. */
function moved(region: Region, position: Position): Position {
  const [longitude, latitude] = position;
  if (Math.abs(longitude) === 180 || Math.abs(latitude) === 90) return position;
  let place: Place = { latitude, longitude };
  for (let step = 0; step < STEPS; step++) {
    const point = toEcef(place);
    const decisive = decisiveAt(region, point);
    if (decisive === null) return position;
    place = toPlace(along(point, decisive));
  }
  // A corner that would cross the antimeridian stays on its own side of it.
  return Math.abs(place.longitude - longitude) > 180 ? position : [place.longitude, place.latitude];
}

type Decisive = { readonly center: Ecef; readonly excess: number; readonly distance: number };

/** The bound whose limit is the region's there: of the groups by how far they exclude the point, the (f+1)th. */
function decisiveAt({ bounds, groupOf, tolerance }: Region, point: Ecef): Decisive | null {
  const ofGroup = new Map<number, Decisive>();
  for (const [index, { center, radiusMeters }] of bounds.entries()) {
    const group = groupOf[index] ?? -1;
    const distance = chordMeters(center, point);
    const excess = distance - radiusMeters;
    if (excess > (ofGroup.get(group)?.excess ?? Number.NEGATIVE_INFINITY))
      ofGroup.set(group, { center, excess, distance });
  }
  return [...ofGroup.values()].sort((a, b) => b.excess - a.excess)[tolerance] ?? null;
}
