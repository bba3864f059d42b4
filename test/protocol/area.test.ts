import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { area } from '../../src/protocol/area.ts';
import type { Position } from '../../src/protocol/outline.ts';
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

  const square = (west: number, south: number, size: number): Position[] => [
    [west, south],
    [west + size, south],
    [west + size, south + size],
    [west, south + size],
    [west, south],
  ];
  const site = square(8, 50, 0.1);
  const reads = (value: object): boolean => area.safeParse(value).success;

  it.each([
    ['inside', [square(8.02, 50.02, 0.02)], true],
    ['two apart', [square(8.02, 50.02, 0.02), square(8.06, 50.06, 0.02)], true],
    // Even-odd, each of these would be ground that nobody drew as such.
    ['outside', [square(8.3, 50.3, 0.02)], false],
    ['around the first ring', [square(7.9, 49.9, 0.3)], false],
    ['across its border', [square(8.08, 50.02, 0.05)], false],
    ['along its border', [square(8, 50.02, 0.02)], false],
    ['the first ring again', [site], false],
    ['one inside another', [square(8.02, 50.02, 0.06), square(8.04, 50.04, 0.02)], false],
    ['one around another', [square(8.04, 50.04, 0.02), square(8.02, 50.02, 0.06)], false],
    ['two that overlap', [square(8.02, 50.02, 0.04), square(8.04, 50.04, 0.04)], false],
  ] as const)('may have holes, if they are: %s', (_, holes, whole) => {
    expect(reads({ type: 'Polygon', coordinates: [site, ...holes] })).toBe(whole);
    const other = [square(8.2, 50.2, 0.05)];
    expect(reads({ type: 'MultiPolygon', coordinates: [other, [site, ...holes]] })).toBe(whole);
  });

  it('may lie on both sides of the antimeridian, cut there, and is no wider for it', () => {
    const across = (size: number) => ({
      type: 'MultiPolygon',
      coordinates: [[square(180 - size, -17, size)], [square(-180, -17, size)]],
    });
    expect(reads(across(0.1))).toBe(true);
    expect(reads(across(0.9))).toBe(false);
    expect(reads({ type: 'MultiPolygon', coordinates: [[square(179, 0, 0.1)], [square(0, 0, 0.1)]] })).toBe(
      false,
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
