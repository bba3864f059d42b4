import { cutAtAntimeridian, type Position } from './antimeridian.ts';
import type { Cell } from './cell.ts';

/**
 * Edges of all areas, on the flat map. Each is stored once for every area that it bounds, its ends in one order whoever's
 * it is, so that neighbours agree to the last bit on where they cross a line.
 */
export type Edges = {
  /** west, south-or-start, east, end: four figures an edge. */
  readonly ends: Float64Array;
  /** The label of the area it bounds. */
  readonly area: Int16Array;
  /** How many are borders; those after them only close areas along the antimeridian, and are a border nowhere. */
  readonly borders: number;
};

/** @param areas the rings of each; the first has label 1 */
export function edgesOf(areas: readonly (readonly (readonly Position[])[])[]): Edges {
  const borders: number[] = [];
  const borderAreas: number[] = [];
  const closing: number[] = [];
  const closingAreas: number[] = [];
  for (const [index, rings] of areas.entries()) {
    for (const ring of rings) {
      const flat = cutAtAntimeridian(ring);
      for (const [a, b] of flat.edges) {
        pushInOrder(borders, a, b);
        borderAreas.push(index + 1);
      }
      for (const [a, b] of flat.closing) {
        pushInOrder(closing, a, b);
        closingAreas.push(index + 1);
      }
    }
  }
  const ends = new Float64Array(borders.length + closing.length);
  ends.set(borders);
  ends.set(closing, borders.length);
  const area = new Int16Array(borderAreas.length + closingAreas.length);
  area.set(borderAreas);
  area.set(closingAreas, borderAreas.length);
  return { ends, area, borders: borderAreas.length };
}

function pushInOrder(list: number[], a: Position, b: Position): void {
  const forward = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
  const [first, last] = forward ? [a, b] : [b, a];
  list.push(first[0], first[1], last[0], last[1]);
}

/** Where an edge crosses a parallel (its longitude) or a meridian (its latitude); null where it does not. */
export function crossingAt({ ends }: Edges, edge: number, at: number, parallel: boolean): number | null {
  const x = 4 * edge;
  const a = (parallel ? ends[x + 1] : ends[x]) ?? 0;
  const b = (parallel ? ends[x + 3] : ends[x + 2]) ?? 0;
  // Half open: a corner that two edges share is crossed by one of them.
  if (a > at === b > at) return null;
  const c = (parallel ? ends[x] : ends[x + 1]) ?? 0;
  const d = (parallel ? ends[x + 2] : ends[x + 3]) ?? 0;
  return c + ((at - a) / (b - a)) * (d - c);
}

/** Degrees: far above what rounding can shift, far below what anybody could stand on. */
const SLACK = 1e-9;

/** Where {@link touching} writes down what it keeps until it knows how much that is. */
let draft = new Int32Array(0);

/** Those of `candidates` that touch the cell, its border included: a few too many do no harm, one too few would. */
export function touching({ ends }: Edges, candidates: Int32Array, cell: Cell): Int32Array {
  const west = cell.longitude - cell.halfLongitude - SLACK;
  const east = cell.longitude + cell.halfLongitude + SLACK;
  const south = cell.latitude - cell.halfLatitude - SLACK;
  const north = cell.latitude + cell.halfLatitude + SLACK;
  if (draft.length < candidates.length) draft = new Int32Array(candidates.length);
  const kept = draft;
  let length = 0;
  for (const edge of candidates) {
    const x1 = ends[4 * edge] ?? 0;
    const x2 = ends[4 * edge + 2] ?? 0;
    if (x1 > east || x2 < west) continue;
    const y1 = ends[4 * edge + 1] ?? 0;
    const y2 = ends[4 * edge + 3] ?? 0;
    if (y1 > y2 ? y2 > north || y1 < south : y1 > north || y2 < south) continue;
    // Left out only if all four corners lie on one side of the edge's line.
    const [dx, dy] = [x2 - x1, y2 - y1];
    const southWest = dx * (south - y1) - dy * (west - x1);
    const northWest = dx * (north - y1) - dy * (west - x1);
    const southEast = dx * (south - y1) - dy * (east - x1);
    const northEast = dx * (north - y1) - dy * (east - x1);
    if (southWest > 0 && northWest > 0 && southEast > 0 && northEast > 0) continue;
    if (southWest < 0 && northWest < 0 && southEast < 0 && northEast < 0) continue;
    kept[length] = edge;
    length += 1;
  }
  return kept.slice(0, length);
}
