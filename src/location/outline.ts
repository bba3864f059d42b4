import type { Position } from './antimeridian.ts';
import type { Cell } from './cell.ts';

/** A polygon as RFC 7946 has it: the outer ring counter-clockwise, then its holes, clockwise; each ring closed. */
export type Polygon = readonly (readonly Position[])[];

/**
 * The outlines of a set of cells that do not overlap, their common sides dissolved. Sides along the antimeridian stay: no
 * polygon crosses it (RFC 7946, 3.1.9), and one that holds a pole runs along the map's edge there. Rings touch at points
 * at most, so every polygon is valid for readers that ask for it.
 */
export function outlineOf(cells: readonly Cell[]): readonly Polygon[] {
  const rings = ringsOf([...segmentsOf(cells, true), ...segmentsOf(cells, false)]);
  const outer = rings.filter((ring) => signedArea(ring) > 0).map((ring) => [ring]);
  outer.sort((a, b) => signedArea(a[0] ?? []) - signedArea(b[0] ?? []));
  for (const hole of rings.filter((ring) => signedArea(ring) < 0)) {
    // The smallest that holds it: polygons that lie in another's hole come first.
    outer.find(([ring = []]) => holdsMiddle(ring, hole))?.push(hole);
  }
  return outer;
}

type Segment = readonly [Position, Position];

/**
 * What remains of the sides along one axis, each side cut wherever another ends: those that two cells share cancel out.
 * Cells lie to the left of what is kept.
 */
function segmentsOf(cells: readonly Cell[], horizontal: boolean): Segment[] {
  const lines = new Map<number, Map<number, number>>();
  const add = (line: number, from: number, to: number, direction: number): void => {
    const steps = lines.get(line) ?? new Map<number, number>();
    steps.set(from, (steps.get(from) ?? 0) + direction);
    steps.set(to, (steps.get(to) ?? 0) - direction);
    lines.set(line, steps);
  };
  for (const { latitude, longitude, halfLatitude, halfLongitude } of cells) {
    const [west, east] = [longitude - halfLongitude, longitude + halfLongitude];
    const [south, north] = [latitude - halfLatitude, latitude + halfLatitude];
    if (horizontal) {
      add(south, west, east, 1);
      add(north, west, east, -1);
    } else {
      add(east, south, north, 1);
      add(west, south, north, -1);
    }
  }
  const segments: Segment[] = [];
  for (const [line, steps] of lines) {
    const at = (along: number): Position => (horizontal ? [along, line] : [line, along]);
    const stops = [...steps.keys()].sort((a, b) => a - b);
    let direction = 0;
    for (const [index, from] of stops.entries()) {
      direction += steps.get(from) ?? 0;
      const to = stops[index + 1];
      if (to === undefined || direction === 0) continue;
      segments.push(direction > 0 ? [at(from), at(to)] : [at(to), at(from)]);
    }
  }
  return segments;
}

/** Follows segments to closed rings. One that comes back to a point before its end is cut off there as a ring of its own. */
function ringsOf(segments: readonly Segment[]): Position[][] {
  const key = ([x, y]: Position): string => `${x} ${y}`;
  const leaving = new Map<string, Position[]>();
  for (const [from, to] of segments) leaving.set(key(from), [...(leaving.get(key(from)) ?? []), to]);
  const rings: Position[][] = [];
  for (const [start] of segments) {
    const path: Position[] = [start];
    const seen = new Map<string, number>([[key(start), 0]]);
    for (;;) {
      const next = leaving.get(key(path.at(-1) ?? start))?.pop();
      if (next === undefined) break;
      const before = seen.get(key(next));
      if (before === undefined) {
        seen.set(key(next), path.length);
        path.push(next);
        continue;
      }
      const loop = path.splice(before + 1);
      for (const point of loop) seen.delete(key(point));
      rings.push(straightened([path[before] ?? next, ...loop]));
    }
  }
  return rings;
}

/** Degrees: longer sides keep points between their ends, for readers that take a side of half a turn for a crossing. */
const LONGEST_SIDE = 90;

/** Without the points between two segments of one line; closed. */
function straightened(ring: readonly Position[]): Position[] {
  const kept: Position[] = [];
  for (const [index, here] of ring.entries()) {
    const before = kept.at(-1) ?? ring.at(-1) ?? here;
    const next = ring[(index + 1) % ring.length] ?? here;
    const along = [0, 1].some((axis) => before[axis] === here[axis] && here[axis] === next[axis]);
    const length = Math.max(Math.abs(next[0] - before[0]), Math.abs(next[1] - before[1]));
    if (!along || length > LONGEST_SIDE) kept.push(here);
  }
  return [...kept, ...kept.slice(0, 1)];
}

function signedArea(ring: readonly Position[]): number {
  let twice = 0;
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1] ?? [0, 0], ring[index] ?? [0, 0]];
    twice += a[0] * b[1] - b[0] * a[1];
  }
  return twice / 2;
}

/** Whether the middle of a hole's first side lies in a ring: no two rings share a side. */
function holdsMiddle(ring: readonly Position[], [a = [0, 0], b = [0, 0]]: readonly Position[]): boolean {
  const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  let inside = false;
  for (let index = 1; index < ring.length; index++) {
    const [p, q] = [ring[index - 1] ?? [0, 0], ring[index] ?? [0, 0]];
    if (p[1] > y !== q[1] > y && p[0] + ((y - p[1]) / (q[1] - p[1])) * (q[0] - p[0]) > x) inside = !inside;
  }
  return inside;
}
