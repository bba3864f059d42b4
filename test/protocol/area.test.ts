import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area, type Position } from '../../src/protocol/area.ts';
import { fuzzRuns } from '../vectors.ts';

const polygon = (...positions: readonly Position[]) => ({ type: 'Polygon', coordinates: [positions] });

describe('an area', () => {
  it('is read the same whichever corner it begins with', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -179, max: 178, noNaN: true }),
        fc.double({ min: -80, max: 80, noNaN: true }),
        fc.integer({ min: 0, max: 5 }),
        (west, south, first) => {
          // An L, so that a bounding box would not do.
          const corners: Position[] = [
            [west, south],
            [west + 0.02, south],
            [west + 0.02, south + 0.01],
            [west + 0.01, south + 0.01],
            [west + 0.01, south + 0.02],
            [west, south + 0.02],
          ];
          const turned = [...corners.slice(first), ...corners.slice(0, first)];
          const start = turned[0];
          if (start === undefined) throw new Error('six corners');
          expect(area.safeParse(polygon(...turned, start)).success).toBe(true);
          expect(area.safeParse(polygon(start, ...turned.toReversed())).success).toBe(true);
          expect(area.safeParse(polygon(...turned)).success).toBe(false);
        },
      ),
      { numRuns: Math.min(fuzzRuns, 500) },
    );
  });

  it('refuses a bow tie wherever it lies', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -179, max: 178, noNaN: true }),
        fc.double({ min: -80, max: 80, noNaN: true }),
        (west, south) => {
          const tie: Position[] = [
            [west, south],
            [west + 0.01, south + 0.01],
            [west + 0.01, south],
            [west, south + 0.01],
            [west, south],
          ];
          expect(area.safeParse(polygon(...tie)).success).toBe(false);
        },
      ),
      { numRuns: Math.min(fuzzRuns, 500) },
    );
  });

  it('never crashes on anything that JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        area.safeParse(value);
        area.safeParse({ type: 'Polygon', coordinates: value });
        area.safeParse({ type: 'MultiPolygon', coordinates: value });
      }),
      { numRuns: fuzzRuns },
    );
  });
});
