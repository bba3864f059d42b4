import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/location/antimeridian.ts';
import { regionGeoJson } from '../../src/location/geojson.ts';
import { regionOf } from '../../src/location/region.ts';
import { type Place, toEcef } from '../../src/location/wgs84.ts';
import { draw } from './draw.ts';
import { type Disk, isInside, isPossible } from './independent.ts';

const FACTS = { verdict: 'inconclusive', grade: 'B', tolerance: 0, radiusMeters: 1, area: null } as const;
const at = (latitude: number, longitude: number, radiusMeters: number, group = 'a'): Disk => ({
  place: { latitude, longitude },
  radiusMeters,
  group,
});

function shapesOf(disks: readonly Disk[], f = 0) {
  const bounds = disks.map(({ place, radiusMeters, group }, index) => ({
    landmarkId: `landmark-${index}`,
    controlGroup: group,
    center: toEcef(place),
    radiusMeters,
  }));
  const landmarks = disks.map(({ place, group }, index) => ({
    id: `landmark-${index}`,
    controlGroup: group,
    place,
  }));
  const { features } = regionGeoJson(regionOf(bounds, f), landmarks, { ...FACTS, tolerance: f });
  const rings = (role: string): Position[][] =>
    features.flatMap(({ properties, geometry }) =>
      properties.role === role && geometry.type === 'MultiPolygon'
        ? geometry.coordinates.flat().map((ring) => ring.map(([x = 0, y = 0]): Position => [x, y]))
        : [],
    );
  return { features, outer: rings('outer'), inner: rings('inner') };
}

const CASES: readonly (readonly [string, Place, readonly Disk[], number])[] = [
  ['in the open', { latitude: 10, longitude: 20 }, [at(10, 20, 300_000), at(12, 21, 250_000)], 0],
  ['across the antimeridian', { latitude: -17, longitude: 179.9 }, [at(-17, 179.5, 400_000)], 0],
  [
    'around the north pole',
    { latitude: 89.5, longitude: 10 },
    [at(88, 10, 600_000), at(85, -100, 900_000)],
    0,
  ],
  ['around the south pole', { latitude: -89.9, longitude: 0 }, [at(-90, 0, 500_000)], 0],
  [
    'of three disks, one of which may lie',
    { latitude: 46, longitude: 8 },
    [at(46, 8, 60_000, 'a'), at(46.3, 8, 60_000, 'b'), at(46, 8.4, 50_000, 'c')],
    1,
  ],
];

describe('a region as GeoJSON', () => {
  it.each(CASES)('holds every possible point %s, and inside only such', (_, middle, disks, f) => {
    const { outer, inner } = shapesOf(disks, f);
    const random = draw(7);
    let possible = 0;
    for (let round = 0; round < 3_000; round++) {
      const point = random.near(middle, 1_200_000 * random.between(0, 1) ** 2);
      const may = isPossible(point, disks, f);
      if (may) possible += 1;
      if (may) expect(`${JSON.stringify(point)} ${isInside(point, outer)}`).toContain('true');
      else expect(`${JSON.stringify(point)} ${isInside(point, inner)}`).toContain('false');
    }
    expect(possible).toBeGreaterThan(100);
    expect(inner.length).toBeGreaterThan(0);
  });

  it.each(CASES)('crosses no antimeridian and leaves no map %s', (_, __, disks, f) => {
    const { outer, inner } = shapesOf(disks, f);
    for (const ring of [...outer, ...inner]) {
      for (const [index, [x, y]] of ring.entries()) {
        expect(Math.abs(x)).toBeLessThanOrEqual(180);
        expect(Math.abs(y)).toBeLessThanOrEqual(90);
        const before = ring[index - 1];
        // One side runs along a pole from edge to edge; all others are cells' sides.
        if (before !== undefined && Math.abs(y) !== 90) expect(Math.abs(x - before[0])).toBeLessThan(180);
      }
    }
  });

  it('carries verdict, grade, f and radius, and the landmarks with their limits', () => {
    const { features } = shapesOf([at(46, 8, 60_000)]);
    expect(features.map(({ properties }) => properties)).toEqual([
      { role: 'outer', verdict: 'inconclusive', grade: 'B', f: 0, radiusMeters: 1, area: null },
      { role: 'inner', verdict: 'inconclusive', grade: 'B', f: 0, radiusMeters: 1, area: null },
      { role: 'landmark', id: 'landmark-0', controlGroup: 'a', radiusMeters: 60_000 },
    ]);
  });

  it('has no polygon for an empty region', () => {
    const { features } = shapesOf([at(0, 0, 1_000, 'a'), at(0, 10, 1_000, 'b')]);
    expect(features.map(({ properties }) => properties.role)).toEqual(['landmark', 'landmark']);
  });
});
