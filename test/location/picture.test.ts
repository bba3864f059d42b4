import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/location/antimeridian.ts';
import {
  type DrawnArea,
  type DrawnVerdict,
  type Proof,
  provePicture,
} from '../../src/location/picture/index.ts';
import { regionOf } from '../../src/location/region.ts';
import { toEcef } from '../../src/location/wgs84.ts';

type Given = readonly [id: string, latitude: number, longitude: number, radiusMeters: number];

const box = (west: number, south: number, east: number, north: number): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

function proofOf(
  given: readonly Given[],
  verdict: Partial<DrawnVerdict> = {},
  more: Partial<Proof> = {},
): Proof {
  const bounds = given.map(([landmarkId, latitude, longitude, radiusMeters]) => ({
    landmarkId,
    controlGroup: landmarkId,
    center: toEcef({ latitude, longitude }),
    radiusMeters,
  }));
  const areas: DrawnArea[] = [{ name: 'Square', role: 'authorised', rings: [box(5, 44, 11, 49)] }];
  return {
    subject: 'host',
    landmarks: given.map(([id, latitude, longitude]) => ({
      id,
      controlGroup: id,
      place: { latitude, longitude },
    })),
    bounds,
    region: regionOf(bounds, 0),
    areas,
    facility: { name: 'Hall 4', place: { latitude: 46.95, longitude: 7.6 } },
    verdict: {
      verdict: 'proven-inside',
      area: 'Square',
      elsewhere: null,
      grade: 'B',
      tolerance: 0,
      radiusMeters: 60_000,
      ...verdict,
    },
    ...more,
  };
}

/** Every element closed, in order; attributes quoted. Not an XML parser: enough to see that nothing broke out. */
function wellFormed(svg: string): boolean {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, end, name, __, alone) => {
      if (end === '/') return open.pop() === name ? '' : '<';
      if (alone === '') open.push(name);
      return '';
    },
  );
  return open.length === 0 && !rest.includes('<');
}

const texts = (svg: string): string =>
  [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text).join(' ');
const BERN: readonly Given[] = [
  ['bern', 46.95, 7.45, 60_000],
  ['luzern', 47.05, 8.3, 70_000],
];

describe('the picture of a proof', () => {
  it('says the verdict in words, to eyes and to screen readers', () => {
    const svg = provePicture(proofOf(BERN));
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toMatch(/role="img" aria-labelledby="sextant-proof-title sextant-proof-desc"/);
    expect(svg).toContain('<title id="sextant-proof-title">Proven inside Square: host</title>');
    expect(texts(svg)).toContain('Proven inside Square');
    expect(texts(svg)).toContain('every landmark is believed');
    expect(texts(svg)).toContain('Hall 4');
    expect(svg).toContain('class="edge"');
  });

  it.each([
    ['inconclusive', { verdict: 'inconclusive', elsewhere: 'France' }, 'allow France too'],
    ['proven outside', { verdict: 'proven-outside' }, 'Proven outside Square'],
  ] as const)('says %s', (_, verdict, words) => {
    expect(texts(provePicture(proofOf(BERN, verdict)))).toContain(words);
  });

  it('shows an empty intersection as the limits that contradict each other, and as no proof', () => {
    const apart: readonly Given[] = [
      ['zurich', 47.4, 8.5, 100_000],
      ['wien', 48.2, 16.4, 100_000],
      ['paris', 48.9, 2.4, 900_000],
    ];
    const svg = provePicture(proofOf(apart, { verdict: 'inconsistent', radiusMeters: null }));
    expect(svg.match(/class="conflict" d=/g)).toHaveLength(3); // two, and one in the legend
    expect(svg).not.toContain('class="edge"');
    expect(texts(svg)).toContain('Nothing is proven');
  });

  it('says where the stated place is not possible', () => {
    const away = { name: 'Elsewhere', place: { latitude: 46, longitude: 9.5 } };
    expect(texts(provePicture(proofOf(BERN, {}, { facility: away })))).toContain(
      'The stated place is not possible',
    );
    expect(texts(provePicture(proofOf(BERN)))).not.toContain('not possible');
  });

  it('draws no border where only the flat map is cut', () => {
    const fiji = proofOf([['suva', -17, 179.6, 300_000]], {}, { areas: [], facility: null });
    const edge = provePicture(fiji).match(/class="edge" d="([^"]*)"/)?.[1] ?? '';
    const middle = 310;
    // A disk around the centre of the map: every corner of its outline is about as far from there.
    const corners = [...edge.matchAll(/([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) =>
      Math.hypot(Number(x) - middle, Number(y) - middle),
    );
    expect(corners.length).toBeGreaterThan(20);
    expect(Math.min(...corners)).toBeGreaterThan(0.9 * Math.max(...corners));
  });

  it.each([
    ['the north pole', 89.9, 0],
    ['the south pole', -89.5, 120],
  ])('draws a region around %s whole', (_, latitude, longitude) => {
    const svg = provePicture(
      proofOf([['pole', latitude, longitude, 400_000]], {}, { areas: [], facility: null }),
    );
    const shape = svg.match(/fill-rule="evenodd" d="([^"]*)"/)?.[1] ?? '';
    const corners = [...shape.matchAll(/([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    const spread = (axis: 0 | 1): number => {
      const values = corners.map((corner) => corner[axis] ?? 0);
      return Math.max(...values) - Math.min(...values);
    };
    expect(spread(0) / spread(1)).toBeCloseTo(1, 1);
  });

  it('fills an area that holds the centre, and not one that holds what is opposite', () => {
    const polar = (latitude: number): Position[] =>
      [-180, -90, 0, 90, 180].map((longitude): Position => [longitude === 180 ? -180 : longitude, latitude]);
    const around = (rings: Position[][]): string => {
      const areas: DrawnArea[] = [{ name: 'cap', role: 'other', rings }];
      const svg = provePicture(proofOf([['pole', 89.9, 0, 400_000]], {}, { areas, facility: null }));
      return svg.match(/class="land" fill-rule="evenodd" d="([^"]*)"/)?.[1] ?? '';
    };
    // The whole map once is filled; twice, by the rule of even and odd, is not.
    expect(around([polar(60)]).match(/M/g)).toHaveLength(1);
    expect(around([polar(-60)]).match(/M/g) ?? []).toHaveLength(2);
  });

  it('escapes whatever names it is given', () => {
    const hostile = '"><script>alert(1)</script>&\u0000\u202e<![CDATA[';
    const areas: DrawnArea[] = [{ name: hostile, role: 'authorised', rings: [box(0, 40, 20, 55)] }];
    const proof = proofOf(
      [[hostile, 46.95, 7.45, 60_000]],
      { area: hostile, elsewhere: hostile },
      {
        areas,
        subject: hostile,
        facility: { name: hostile, place: { latitude: 46.95, longitude: 7.6 } },
      },
    );
    const svg = provePicture(proof);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
    expect(svg).not.toContain('\u202e');
  });

  it('fetches nothing and runs nothing', () => {
    const svg = provePicture(proofOf(BERN)).replace('xmlns="http://www.w3.org/2000/svg"', '');
    expect(svg).not.toMatch(/https?:|<script|<foreignObject|\son\w+=|href|@import/);
  });

  it('is dark where the reader prefers that, in every look that has a colour', () => {
    const style = provePicture(proofOf(BERN)).match(/<style>(.*?)<\/style>/s)?.[1] ?? '';
    const [light = '', dark = ''] = style.split('@media (prefers-color-scheme:dark)');
    const coloured = [...light.matchAll(/(\.[^{}]+)\{[^}]*#[0-9a-f]{6}/g)].map(([, selector]) => selector);
    expect(coloured.length).toBeGreaterThan(12);
    for (const selector of coloured) expect(dark).toContain(`${selector}{`);
  });

  it('stays small however many borders there are', () => {
    // Ten thousand islands, and a coast of a hundred thousand corners.
    const islands = Array.from({ length: 10_000 }, (_, index) => {
      const [x, y] = [(index % 100) * 0.05 + 5, Math.floor(index / 100) * 0.05 + 44.5];
      return box(x, y, x + 0.02, y + 0.02);
    });
    const areas: DrawnArea[] = [{ name: 'islands', role: 'other', rings: islands }];
    expect(provePicture(proofOf(BERN, {}, { areas })).length).toBeLessThan(200_000);
  });

  it('refuses an id that would break out of the document', () => {
    expect(() => provePicture(proofOf(BERN), 'a"b')).toThrow(RangeError);
    expect(provePicture(proofOf(BERN), 'other')).not.toContain('sextant-proof');
  });
});
