import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/location/antimeridian.ts';
import { type Geography, geographyOf, type MapCell } from '../../src/location/geography.ts';
import { draw } from './draw.ts';
import { isInside } from './independent.ts';

const box = (west: number, south: number, east: number, north: number): Position[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

/** A mainland with a hole that another area fills, an island on the antimeridian, a cap around a pole, two neighbours. */
const AREAS = [
  { name: 'mainland', rings: [box(10, 10, 30, 30), box(15, 15, 20, 20)] },
  { name: 'enclave', rings: [box(15, 15, 20, 20)] },
  {
    name: 'island',
    rings: [
      [
        [170, -10],
        [-170, -10],
        [-170, 10],
        [170, 10],
        [170, -10],
      ] as Position[],
    ],
  },
  {
    name: 'polar',
    rings: [
      [-180, -120, -60, 0, 60, 120, 180].map(
        (longitude): Position => [longitude === 180 ? -180 : longitude, -70],
      ),
    ],
  },
  {
    name: 'neighbour',
    rings: [
      [
        [30, 10],
        [50, 20],
        [30, 30],
        [30, 10],
      ] as Position[],
    ],
  },
];

/** By descending: the label of a uniform cell that holds the point, or null near a border. */
function labelOf(
  { roots }: Geography,
  latitude: number,
  longitude: number,
  depth = 26,
): string | number | null {
  const holds = ({ cell }: MapCell): boolean =>
    Math.abs(latitude - cell.latitude) <= cell.halfLatitude &&
    Math.abs(longitude - cell.longitude) <= cell.halfLongitude;
  let at = roots.find(holds);
  for (let step = 0; step < depth && at !== undefined && !at.uniform; step++) at = at.halves().find(holds);
  return at?.uniform === true ? at.label : null;
}

describe('a geography', () => {
  it('gives each place the label that counting edges gives it', () => {
    const geography = geographyOf(AREAS);
    const random = draw(3);
    let judged = 0;
    for (let round = 0; round < 5_000; round++) {
      const { latitude, longitude } =
        round % 2 === 0
          ? random.place()
          : { latitude: random.between(-89, 89), longitude: random.between(-180, 180) };
      const label = labelOf(geography, latitude, longitude);
      if (label === null) continue;
      judged += 1;
      const expected =
        latitude < -70
          ? 'polar'
          : (AREAS.find(({ name, rings }) => name !== 'polar' && isInside({ latitude, longitude }, rings))
              ?.name ?? '');
      expect(`${latitude} ${longitude} ${geography.names[Number(label)]}`).toBe(
        `${latitude} ${longitude} ${expected}`,
      );
    }
    expect(judged).toBeGreaterThan(4_900);
  });

  it('names no label for a cell that no point of it has, and none too few', () => {
    const geography = geographyOf(AREAS);
    const random = draw(4);
    const queue = [...geography.roots];
    for (let count = 0; count < 400; count++) {
      const at = queue.shift();
      if (at === undefined) break;
      if (!at.uniform) queue.push(...at.halves());
      for (let round = 0; round < 20; round++) {
        const latitude = at.cell.latitude + random.between(-1, 1) * at.cell.halfLatitude;
        const longitude = at.cell.longitude + random.between(-1, 1) * at.cell.halfLongitude;
        const label = labelOf(geography, latitude, longitude);
        if (label !== null) expect(at.labels).toContain(label);
      }
    }
  });

  it('refuses areas that overlap: a point would have two labels', () => {
    const overlapping = geographyOf([
      { name: 'one', rings: [box(10, 10, 30, 30)] },
      { name: 'two', rings: [box(20, 20, 40, 40)] },
    ]);
    const everywhere = (cell: MapCell, depth: number): void => {
      if (depth > 0 && !cell.uniform) for (const half of cell.halves()) everywhere(half, depth - 1);
    };
    expect(() => {
      for (const root of overlapping.roots) everywhere(root, 8);
    }).toThrow(RangeError);
  });
});
