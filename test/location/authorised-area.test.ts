import { describe, expect, it } from 'vitest';
import { areaOfCountries, areaOfOutline, middleOf } from '../../src/location/authorised-area.ts';
import { geographyOf } from '../../src/location/geography.ts';
import { regionOf } from '../../src/location/region.ts';
import { toEcef } from '../../src/location/wgs84.ts';

const square = (west: number, south: number, size: number): [number, number][] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const around = (latitude: number, longitude: number, radiusMeters: number) => {
  const center = toEcef({ latitude, longitude });
  return regionOf([{ landmarkId: 'a', controlGroup: 'a', center, radiusMeters }], 0);
};

describe('the outline of a site', () => {
  const point = areaOfOutline({ type: 'Point', coordinates: [8, 50], radiusMeters: 2_000 }, 'point');
  const polygon = areaOfOutline({ type: 'Polygon', coordinates: [square(8, 50, 0.1)] }, 'polygon');
  const overlapping = areaOfOutline(
    { type: 'MultiPolygon', coordinates: [[square(8, 50, 0.1)], [square(8.05, 50.05, 0.1)]] },
    'overlapping',
  );

  it.each([
    ['point', point, [50, 8]],
    ['polygon', polygon, [50.05, 8.05]],
  ] as const)('holds what is inside a %s, and nothing that spills over', (_, area, [latitude, longitude]) => {
    expect(area.containment(around(latitude, longitude, 1_500)).verdict).toBe('proven-inside');
    expect(area.containment(around(latitude, longitude, 20_000)).verdict).toBe('inconclusive');
    expect(area.containment(around(latitude, longitude + 1, 1_500)).verdict).toBe('proven-outside');
  });

  it('is far only from what lies more than a kilometre away', () => {
    // At 50 degrees north 0.01 degrees of latitude are 1,112 m.
    expect(polygon.isFarFrom(around(49.993, 8.05, 100))).toBe(false);
    expect(polygon.isFarFrom(around(49.98, 8.05, 100))).toBe(true);
    expect(point.isFarFrom(around(50.023, 8, 100))).toBe(false);
    expect(point.isFarFrom(around(50.04, 8, 100))).toBe(true);
  });

  it('is not far from where two polygons of it overlap, nor from a hole', () => {
    expect(overlapping.isFarFrom(around(50.075, 8.075, 10))).toBe(false);
    const holed = areaOfOutline(
      { type: 'Polygon', coordinates: [square(8, 50, 0.5), square(8.1, 50.1, 0.3)] },
      'holed',
    );
    expect(holed.containment(around(50.25, 8.25, 100)).verdict).toBe('proven-outside');
    expect(holed.isFarFrom(around(50.25, 8.25, 100))).toBe(false);
  });

  it('may lie on both sides of the antimeridian, and has its middle there', () => {
    const coordinates = [[square(179.9, -17, 0.1)], [square(-180, -17, 0.1)]];
    const across = areaOfOutline({ type: 'MultiPolygon', coordinates }, 'across');
    const middle = middleOf({ type: 'MultiPolygon', coordinates });
    expect(Math.abs(middle.longitude)).toBeCloseTo(180, 9);
    expect(middle.latitude).toBeCloseTo(-16.95, 9);
    expect(across.containment(around(-16.95, 180, 3_000)).verdict).toBe('proven-inside');
    expect(across.containment(around(-16.95, -179.95, 3_000)).verdict).toBe('proven-inside');
    expect(across.containment(around(-16.95, -179.87, 1_000)).verdict).toBe('proven-outside');
    expect(across.containment(around(-16.95, 0, 3_000)).verdict).toBe('proven-outside');
    expect(across.isFarFrom(around(-16.95, 0, 3_000))).toBe(true);
  });

  it('has a middle, for looking around', () => {
    expect(middleOf({ type: 'Polygon', coordinates: [square(8, 50, 0.5)] })).toEqual({
      latitude: 50.25,
      longitude: 8.25,
    });
    expect(middleOf({ type: 'Point', coordinates: [8, 50], radiusMeters: 10 })).toEqual({
      latitude: 50,
      longitude: 8,
    });
  });
});

describe('an area of countries', () => {
  const geography = geographyOf([
    { name: 'AA', rings: [square(8, 50, 2)] },
    { name: 'BB', rings: [square(10, 50, 2)] },
  ]);
  const jurisdictions = { geography, codes: geography.names };
  const verdict = (codes: readonly string[], reading: 'land-only' | 'strict', longitude: number) =>
    areaOfCountries(jurisdictions, codes, reading, 'it').containment(around(51, longitude, 20_000)).verdict;

  it('may be one, or a bloc of them', () => {
    expect(verdict(['AA'], 'strict', 10)).toBe('inconclusive');
    expect(verdict(['AA', 'BB'], 'land-only', 10)).toBe('proven-inside');
    // Along a border that two countries share nothing tells their line from water: strictly read it stays undecided.
    expect(verdict(['AA', 'BB'], 'strict', 10)).toBe('inconclusive');
    expect(verdict(['BB'], 'strict', 9)).toBe('proven-outside');
  });

  it('reads water as the authority says', () => {
    expect(verdict(['AA'], 'land-only', 8)).toBe('proven-inside');
    expect(verdict(['AA'], 'strict', 8)).toBe('inconclusive');
  });

  it('is none of a country that the map does not have', () => {
    expect(() => areaOfCountries(jurisdictions, ['AA', 'XX'], 'strict', 'it')).toThrow(RangeError);
  });
});
