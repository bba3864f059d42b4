import { ballOf, type Cell, halves, ROOT_CELLS } from './cell.ts';
import { holds, type Region, touches } from './region.ts';

/** A region between two sets of cells: every point of `inner` belongs to it, and no point outside both does. */
export type Partition = {
  readonly inner: readonly Cell[];
  /** Cells that may hold points of either kind. */
  readonly border: readonly Cell[];
};

/** Cells are not halved below this: no landmark's place is known better. */
const FINEST_METERS = 1;

/**
 * Draws a region from within and from without, with at most `maxCells` cells on its border, the largest halved first.
 * Both are empty only for a region that is proven empty.
 */
export function partitionOf(region: Region, maxCells: number): Partition {
  const inner: Cell[] = [];
  let border: readonly Cell[] = sort(region, ROOT_CELLS, inner);
  while (border.length > 0) {
    const radii = border.map((cell) => ballOf(cell).radiusMeters);
    const largest = Math.max(...radii);
    if (largest < FINEST_METERS) break;
    const made: Cell[] = [];
    const next = border.flatMap((cell, index) =>
      (radii[index] ?? 0) < largest * 0.6 ? [cell] : sort(region, halves(cell), made),
    );
    if (next.length > maxCells) break;
    inner.push(...made);
    border = next;
  }
  return { inner, border };
}

/** Puts aside what lies all inside, drops what lies all outside, returns the rest. */
function sort(region: Region, cells: readonly Cell[], inner: Cell[]): Cell[] {
  return cells.filter((cell) => {
    const ball = ballOf(cell);
    if (!touches(region, ball)) return false;
    if (!holds(region, ball)) return true;
    inner.push(cell);
    return false;
  });
}
