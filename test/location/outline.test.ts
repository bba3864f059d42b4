import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/location/antimeridian.ts';
import { type Cell, halves, ROOT_CELLS } from '../../src/location/cell.ts';
import { outlineOf } from '../../src/location/outline.ts';
import { type Draw, draw } from './draw.ts';

/** Some cells of every size that do not overlap. */
function someCells(random: Draw, cell: Cell, depth: number): Cell[] {
  const fate = random.whole(0, 9);
  if (depth === 0 || fate < 2) return random.whole(0, 1) === 0 ? [cell] : [];
  return halves(cell).flatMap((half) => someCells(random, half, depth - 1));
}

function area(ring: readonly Position[]): number {
  return ring.slice(1).reduce((sum, [x, y], index) => {
    const [px, py] = ring[index] ?? [0, 0];
    return sum + (px * y - x * py) / 2;
  }, 0);
}

const cell = (latitude: number, longitude: number): Cell => ({
  latitude,
  longitude,
  halfLatitude: 1,
  halfLongitude: 1,
});

describe('the outline of cells', () => {
  it('holds what the cells hold: rings are simple, closed and turned as RFC 7946 wants them', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = draw(seed);
      const cells = ROOT_CELLS.flatMap((root) => someCells(random, root, 9));
      const polygons = outlineOf(cells);
      const total = cells.reduce((sum, one) => sum + 4 * one.halfLatitude * one.halfLongitude, 0);
      expect(polygons.flat().reduce((sum, ring) => sum + area(ring), 0)).toBeCloseTo(total, 6);
      for (const [outer = [], ...holes] of polygons) {
        expect(area(outer)).toBeGreaterThan(0);
        for (const hole of holes) expect(area(hole)).toBeLessThan(0);
        for (const ring of [outer, ...holes]) {
          expect(ring.length).toBeGreaterThanOrEqual(5);
          expect(ring.at(-1)).toEqual(ring[0]);
          expect(new Set(ring.map(String)).size).toBe(ring.length - 1);
        }
        // Each polygon is a whole: what its outer ring holds, less its holes, is not negative.
        expect([outer, ...holes].reduce((sum, ring) => sum + area(ring), 0)).toBeGreaterThan(0);
      }
    }
  });

  it('dissolves common sides, also of cells of different sizes', () => {
    const [west, east] = halves({ latitude: 0, longitude: 0, halfLatitude: 1, halfLongitude: 4 });
    const parts = [west, ...halves(east)];
    expect(outlineOf(parts)).toHaveLength(1);
    expect(outlineOf(parts)[0]?.[0]).toHaveLength(5);
  });

  it('keeps a hole with the polygon around it, and an island in the hole apart', () => {
    const ring = [-4, -2, 0, 2, 4].flatMap((y) =>
      [-4, -2, 0, 2, 4].filter((x) => Math.max(Math.abs(x), Math.abs(y)) === 4).map((x) => cell(y, x)),
    );
    const polygons = outlineOf([...ring, cell(0, 0)]);
    expect(polygons.map((polygon) => polygon.length).sort()).toEqual([1, 2]);
  });

  it('makes two polygons of cells that touch at a corner', () => {
    expect(outlineOf([cell(0, 0), cell(2, 2)])).toHaveLength(2);
  });

  it('makes two holes of gaps that touch at a corner', () => {
    const gaps = ['0 0', '2 2'];
    const block = [-2, 0, 2, 4].flatMap((y) =>
      [-2, 0, 2, 4].filter((x) => !gaps.includes(`${y} ${x}`)).map((x) => cell(y, x)),
    );
    expect(outlineOf(block).map((polygon) => polygon.length)).toEqual([3]);
  });

  it('is empty for no cells', () => {
    expect(outlineOf([])).toEqual([]);
  });
});
