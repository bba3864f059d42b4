import type { Position } from '../antimeridian.ts';
import type { Pixel, Projection } from './projection.ts';

/** Pixels around the map in which lines still run on, so that no cut shows. */
const MARGIN = 12;
/** Degrees: longer sides are bent as the projection bends them. */
const LONGEST_SIDE = 1;
/** Radians: two directions that differ by more are not joined straight, far out on the map. */
const WIDEST_TURN = 0.1;

/**
 * A closed ring of places on the map, cut to it; empty where nothing of it shows. Far from the centre a short way on Earth
 * may be a long one on the map: there sides follow the circle, so none runs through the picture that does not run
 * there on Earth.
 */
export function projectRing(ring: readonly Position[], projection: Projection): Pixel[] {
  const shown = clipped(projected(ring, projection), -MARGIN, projection.view.pixels + MARGIN);
  return simplified(shown, projection.flatness);
}

/** A line of places on the map, in the pieces of it that show. */
export function projectLine(line: readonly Position[], projection: Projection): Pixel[][] {
  const shows = ([x, y]: Pixel): boolean =>
    Math.min(x, y) > -MARGIN && Math.max(x, y) < projection.view.pixels + MARGIN;
  const pieces: Pixel[][] = [];
  const piece: Pixel[] = [];
  const pixels = projected(line, projection);
  for (const [index, here] of pixels.entries()) {
    const near = shows(here) || [pixels[index - 1], pixels[index + 1]].some((next) => next && shows(next));
    if (near) piece.push(here);
    else if (piece.length > 0) pieces.push(piece.splice(0));
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces.filter(({ length }) => length > 1).map((one) => simplified(one, projection.flatness));
}

function projected(ring: readonly Position[], projection: Projection): Pixel[] {
  const pixels: Pixel[] = [];
  const reach = 1.5 * projection.view.halfMeters * projection.pixelsPerMeter;
  let last: { arc: number; direction: number } | null = null;
  for (const place of bent(ring)) {
    const here = projection.polar(place);
    const pixel = projection.pixel(here.arc, here.direction);
    const middle = projection.view.pixels / 2;
    if (last !== null && Math.hypot(pixel[0] - middle, pixel[1] - middle) > reach) {
      const turn = shorter(here.direction - last.direction);
      const steps = Math.ceil(Math.abs(turn) / WIDEST_TURN);
      for (let step = 1; step < steps; step++) {
        const share = step / steps;
        const arc = last.arc + share * (here.arc - last.arc);
        pixels.push(projection.pixel(arc, last.direction + share * turn));
      }
    }
    pixels.push(pixel);
    last = here;
  }
  return pixels;
}

/** Sides that are straight in longitude and latitude, in short steps; jumps across the antimeridian are left alone. */
function bent(ring: readonly Position[]): Position[] {
  const places: Position[] = [];
  for (const [index, b] of ring.entries()) {
    const a = ring[index - 1];
    const longest = a === undefined ? 0 : Math.max(Math.abs(b[0] - a[0]), Math.abs(b[1] - a[1]));
    if (a !== undefined && longest > LONGEST_SIDE && Math.abs(b[0] - a[0]) <= 180) {
      const steps = Math.ceil(longest / LONGEST_SIDE);
      for (let step = 1; step < steps; step++) {
        const share = step / steps;
        places.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
      }
    }
    places.push(b);
  }
  return places;
}

function shorter(turn: number): number {
  return turn - 2 * Math.PI * Math.round(turn / (2 * Math.PI));
}

/** Sutherland and Hodgman's: what of a polygon lies in a square, its sides running along the square's where it leaves. */
function clipped(polygon: readonly Pixel[], low: number, high: number): Pixel[] {
  let points = [...polygon];
  for (const [axis, limit, sign] of [
    [0, low, 1],
    [0, high, -1],
    [1, low, 1],
    [1, high, -1],
  ] as const) {
    const depth = (point: Pixel): number => sign * (point[axis] - limit);
    const kept: Pixel[] = [];
    for (const [index, here] of points.entries()) {
      const before = points.at(index - 1) ?? here;
      const [d0, d1] = [depth(before), depth(here)];
      if (d0 >= 0 !== d1 >= 0) {
        const share = d0 / (d0 - d1);
        kept.push([before[0] + share * (here[0] - before[0]), before[1] + share * (here[1] - before[1])]);
      }
      if (d1 >= 0) kept.push(here);
    }
    points = kept;
  }
  return points;
}

/** Without the corners that no eye misses, by Douglas and Peucker: none is farther than `flatness` pixels from what is kept. */
function simplified(points: readonly Pixel[], flatness: number): Pixel[] {
  const keep = new Uint8Array(points.length);
  keep[0] = 1;
  keep[points.length - 1] = 1;
  const open: [number, number][] = [[0, points.length - 1]];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    const [first, last] = span;
    let farthest = first;
    let most = flatness;
    for (let index = first + 1; index < last; index++) {
      const away = awayFrom(points[first], points[last], points[index]);
      if (away <= most) continue;
      farthest = index;
      most = away;
    }
    if (farthest === first) continue;
    keep[farthest] = 1;
    open.push([first, farthest], [farthest, last]);
  }
  return points.filter((_, index) => keep[index] === 1);
}

/** From a line between two points, not beyond its ends. */
function awayFrom(a: Pixel = [0, 0], c: Pixel = a, b: Pixel = a): number {
  const [dx, dy] = [c[0] - a[0], c[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((b[0] - a[0]) * dx + (b[1] - a[1]) * dy) / squared;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(b[0] - a[0] - share * dx, b[1] - a[1] - share * dy);
}

/** SVG path data of closed rings. */
export function pathOf(rings: readonly (readonly Pixel[])[], close = 'Z'): string {
  return rings
    .filter((ring) => ring.length > 1)
    .map((ring) => `M${ring.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}${close}`)
    .join('');
}

/** Tenths of a pixel. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
