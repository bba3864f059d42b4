import { describe, expect, it } from 'vitest';
import {
  type Corner,
  cornersOf,
  type Drawing,
  NOTHING_DRAWN,
  readDrawing,
} from '../../../src/dashboard/views/facility-proposal/drawing.ts';
import { readGeoJson } from '../../../src/dashboard/views/facility-proposal/geojson.ts';
import { area } from '../../../src/protocol/area.ts';

const corners = (...places: readonly (readonly [string, string])[]): readonly Corner[] =>
  places.map(([latitude, longitude]) => ({ latitude, longitude }));
const SQUARE = corners(['50', '8'], ['50', '8.1'], ['50.1', '8.1'], ['50.1', '8']);
const polygon = (drawn: readonly Corner[]): Drawing => ({
  ...NOTHING_DRAWN,
  kind: 'polygon',
  corners: drawn,
});
const codesOf = (drawing: Drawing) =>
  readDrawing(drawing).faults.map(({ code, corners: at }) => [code, ...at]);

describe('a drawing', () => {
  it('is what the verifier takes, closed', () => {
    const { outline, faults } = readDrawing(polygon(SQUARE));
    expect(faults).toEqual([]);
    expect(area.parse(outline)).toEqual(outline);
    expect(outline === null ? null : cornersOf(outline)).toEqual(SQUARE);
    const center = { latitude: '50.1', longitude: '8.66' };
    const point = readDrawing({ ...NOTHING_DRAWN, center, radius: '900' });
    expect(area.parse(point.outline)).toEqual({
      type: 'Point',
      coordinates: [8.66, 50.1],
      radiusMeters: 900,
    });
  });

  it.each([
    ['no corners', polygon([]), [['too-few-corners']]],
    [
      'a comma for a point',
      polygon([...SQUARE.slice(1), { latitude: '50,0', longitude: '8' }]),
      [['latitude', 3]],
    ],
    [
      'a longitude of no place',
      polygon([...SQUARE.slice(1), { latitude: '50', longitude: '181' }]),
      [['longitude', 3]],
    ],
    ['a corner twice', polygon([...SQUARE, ...SQUARE.slice(3)]), [['repeated', 3]]],
    ['a bow tie', polygon([0, 2, 1, 3].flatMap((at) => SQUARE[at] ?? [])), [['crosses-itself', 0, 2]]],
    ['a line', polygon(corners(['50', '8'], ['50', '8.1'], ['50', '8.2'])), [['encloses-nothing']]],
    ['a region', polygon(corners(['50', '8'], ['50', '10'], ['52', '8'])), [['too-wide']]],
    [
      'a radius of a region',
      { ...NOTHING_DRAWN, center: { latitude: '5', longitude: '5' }, radius: '50001' },
      [['radius']],
    ],
    [
      'a radius in words',
      { ...NOTHING_DRAWN, center: { latitude: '5', longitude: '5' }, radius: '1e3' },
      [['radius']],
    ],
    ['text that is no JSON', { ...NOTHING_DRAWN, kind: 'geojson', text: '{' }, [['not-json']]],
    [
      'a line of GeoJSON',
      { ...NOTHING_DRAWN, kind: 'geojson', text: '{"type":"LineString","coordinates":[[0,0],[1,1]]}' },
      [['not-an-outline']],
    ],
  ] as const)('says of %s what is wrong, and with which corner', (_, drawing, codes) => {
    expect(codesOf(drawing as Drawing)).toEqual(codes); // as written just there
  });

  it('is read from a feature, or a collection of one, without its altitude', () => {
    const ring = [
      [8, 50, 110],
      [8.1, 50, 110],
      [8.1, 50.1, 110],
      [8, 50, 110],
    ];
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const feature = { type: 'Feature', properties: { name: 'site' }, geometry };
    for (const value of [geometry, feature, { type: 'FeatureCollection', features: [feature] }])
      expect(area.safeParse(readGeoJson(JSON.stringify(value))).success).toBe(true);
    for (const value of [
      { type: 'FeatureCollection', features: [feature, feature] },
      { type: 'Polygon', coordinates: [] },
      { type: 'MultiPolygon', coordinates: [[]] },
      {
        type: 'Polygon',
        coordinates: [
          [
            [8, 91],
            [8.1, 50],
            [8.1, 50.1],
            [8, 91],
          ],
        ],
      },
      null,
      [],
      7,
    ])
      expect(readGeoJson(JSON.stringify(value))).toBe('not-an-outline');
  });
});
