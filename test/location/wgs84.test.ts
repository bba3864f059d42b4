import { describe, expect, it } from 'vitest';
import { ballOf, type Cell, halves, ROOT_CELLS } from '../../src/location/cell.ts';
import { chordMeters, toEcef } from '../../src/location/wgs84.ts';
import { draw } from './draw.ts';
import { straightMeters } from './independent.ts';

describe('WGS 84', () => {
  it('agrees with another formula for the ellipsoid', () => {
    const random = draw(1);
    for (let round = 0; round < 2_000; round++) {
      const [a, b] = [random.place(), random.place()];
      expect(Math.abs(chordMeters(toEcef(a), toEcef(b)) - straightMeters(a, b))).toBeLessThan(1e-5);
    }
  });

  it('knows the axes', () => {
    expect(toEcef({ latitude: 0, longitude: 0 }).x).toBe(6_378_137);
    expect(toEcef({ latitude: 90, longitude: 0 }).z).toBeCloseTo(6_356_752.3142, 3);
  });
});

describe('a cell', () => {
  it('lies in its ball with every point of it, and not much ball is wasted', () => {
    const random = draw(2);
    for (let round = 0; round < 3_000; round++) {
      let cell: Cell = ROOT_CELLS[random.whole(0, 7)] ?? fail();
      for (let depth = random.whole(0, 40); depth > 0; depth--)
        cell = halves(cell)[random.whole(0, 1)] ?? fail();
      const { center, radiusMeters } = ballOf(cell);
      const corners = [-1, 1].flatMap((north) => [-1, 1].map((east) => [north, east] as const));
      const inner = Array.from({ length: 8 }, () => [random.between(-1, 1), random.between(-1, 1)] as const);
      const reach = [...corners, ...inner].map(([north, east]) =>
        chordMeters(
          center,
          toEcef({
            latitude: cell.latitude + north * cell.halfLatitude,
            longitude: cell.longitude + east * cell.halfLongitude,
          }),
        ),
      );
      expect(Math.max(...reach)).toBeLessThanOrEqual(radiusMeters + 1e-6);
      if (cell.halfLatitude < 1) expect(Math.max(...reach)).toBeGreaterThan(0.7 * radiusMeters);
    }
  });

  it('is as large as its halves together', () => {
    for (const cell of ROOT_CELLS) {
      const [a, b] = halves(cell);
      const area = ({ halfLatitude, halfLongitude }: Cell): number => halfLatitude * halfLongitude;
      expect(area(a) + area(b)).toBe(area(cell));
    }
  });
});

function fail(): never {
  throw new Error('there is such a cell');
}
