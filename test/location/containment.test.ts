import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/location/antimeridian.ts';
import type { Bound } from '../../src/location/bound.ts';
import { type Containment, containment } from '../../src/location/containment.ts';
import { type Geography, geographyOf } from '../../src/location/geography.ts';
import { regionOf } from '../../src/location/region.ts';
import { type Place, toEcef } from '../../src/location/wgs84.ts';
import { fuzzRuns } from '../vectors.ts';
import { type Draw, draw } from './draw.ts';
import { type Disk, isInside, isPossible, straightMeters } from './independent.ts';

const bound = ({ place, radiusMeters, group }: Disk, index: number): Bound => ({
  landmarkId: `landmark-${index}`,
  controlGroup: group,
  center: toEcef(place),
  radiusMeters,
});
/** Configurations. */
const RUNS = Math.round(fuzzRuns / 2);
const INSIDE = Uint8Array.of(0, 1);
const OUTSIDE = Uint8Array.of(1, 0);
const judge = (disks: readonly Disk[], f: number, geography: Geography): Containment =>
  containment(regionOf(disks.map(bound), f), geography, INSIDE, OUTSIDE);

/** Around a place, with corners at random distances; across the antimeridian or around a pole where it comes to that. */
function outline(random: Draw, center: Place, meters: number): Position[] {
  const corners = random.whole(4, 12);
  const scale = meters / 111_320;
  const stretch = Math.min(40, 1 / Math.max(0.01, Math.cos((center.latitude * Math.PI) / 180)));
  const ring = Array.from({ length: corners }, (_, index): Position => {
    const angle = (2 * Math.PI * index) / corners;
    const reach = scale * random.between(0.6, 1.4);
    const longitude = center.longitude + reach * stretch * Math.cos(angle);
    const latitude = Math.max(-89.9, Math.min(89.9, center.latitude + reach * Math.sin(angle)));
    return [((((longitude + 180) % 360) + 360) % 360) - 180, latitude];
  });
  return [...ring, ring[0] ?? [0, 0]];
}

function hosts(random: Draw, round: number): Place {
  if (round % 5 === 0) return { latitude: random.between(84, 89), longitude: random.between(-180, 180) };
  if (round % 5 === 1) return { latitude: random.between(-60, 60), longitude: 180 - random.between(0, 0.5) };
  return random.place();
}

describe('containment', () => {
  it('is never proven where another way of looking finds a possible point outside', () => {
    const verdicts = new Map<string, number>();
    for (let round = 0; round < RUNS; round++) {
      const random = draw(round);
      const host = hosts(random, round);
      const reach = 10 ** random.between(3.5, 6.3);
      const f = random.whole(0, 2);
      const disks = Array.from({ length: random.whole(1, 9) }, (_, index): Disk => {
        const place = random.near(host, random.between(0, reach));
        const lies = random.whole(0, 9) === 0;
        const honest = straightMeters(place, host) * random.between(1.001, 1.6) + 10;
        return {
          place,
          radiusMeters: lies ? honest * random.between(0.2, 1) : honest,
          group: `group-${index % 6}`,
        };
      });
      const enclave = random.whole(0, 2) === 0 ? [outline(random, random.near(host, reach), reach / 4)] : [];
      const rings = [outline(random, host, reach * random.between(0.3, 4)), ...enclave];
      const { verdict } = judge(disks, f, geographyOf([{ name: 'area', rings }]));
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      if (verdict === 'inconclusive') continue;
      const smallest = disks.toSorted((a, b) => a.radiusMeters - b.radiusMeters)[f] ?? disks[0];
      for (let sample = 0; sample < 60 && smallest !== undefined; sample++) {
        const origin = sample % 2 === 0 ? smallest.place : host;
        const point = random.near(origin, smallest.radiusMeters * Math.sqrt(random.between(0, 1)));
        if (!isPossible(point, disks, f)) continue;
        const inside = isInside(point, rings);
        expect(`${round}: ${verdict}, ${inside}`).toBe(
          `${round}: ${verdict}, ${verdict === 'proven-inside'}`,
        );
      }
    }
    for (const verdict of ['proven-inside', 'inconclusive', 'inconsistent']) {
      expect(verdicts.get(verdict) ?? 0).toBeGreaterThan(20);
    }
  });

  const area: Position[] = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ];
  const square = geographyOf([{ name: 'square', rings: [area] }]);
  const at = (latitude: number, longitude: number, radiusMeters: number, group = 'a'): Disk => ({
    place: { latitude, longitude },
    radiusMeters,
    group,
  });

  it('is proven by one disk inside the area, if nobody may lie', () => {
    expect(judge([at(0, 0, 50_000)], 0, square)).toEqual({ verdict: 'proven-inside' });
    expect(judge([at(0, 0, 50_000)], 1, square)).toMatchObject({ verdict: 'inconclusive' });
  });

  it('counts control groups and not landmarks', () => {
    const twice = [at(0, 0, 50_000, 'a'), at(0.1, 0, 50_000, 'a')];
    expect(judge(twice, 1, square)).toMatchObject({ verdict: 'inconclusive' });
    const independent = [at(0, 0, 50_000, 'a'), at(0.1, 0, 50_000, 'b')];
    expect(judge(independent, 1, square)).toEqual({ verdict: 'proven-inside' });
  });

  it('is inconsistent, and no proof, where nothing is possible', () => {
    expect(judge([at(0, 0, 10_000, 'a'), at(0, 10, 10_000, 'b')], 0, square)).toEqual({
      verdict: 'inconsistent',
    });
    // With one liar among them, either may be it.
    expect(judge([at(0, 0, 10_000, 'a'), at(0, 10, 10_000, 'b')], 1, square)).toMatchObject({
      verdict: 'inconclusive',
    });
  });

  it('is proven outside where the area holds no possible point', () => {
    expect(judge([at(40, 40, 50_000)], 0, square)).toEqual({ verdict: 'proven-outside' });
  });

  it('names a place outside that is still possible', () => {
    const result = judge([at(0, 0.95, 50_000)], 0, square);
    expect(result).toMatchObject({ verdict: 'inconclusive', elsewhere: { label: 0 } });
    if (result.verdict !== 'inconclusive' || result.elsewhere === null) throw new Error('a place is named');
    const { place } = result.elsewhere;
    expect(isPossible(place, [at(0, 0.95, 50_000)], 0)).toBe(true);
    expect(isInside(place, [area])).toBe(false);
  });

  it('finds what lies beyond a border that runs along the sides of cells', () => {
    const box = (west: number, east: number): Position[] => [
      [west, -10],
      [east, -10],
      [east, 10],
      [west, 10],
      [west, -10],
    ];
    const neighbours = geographyOf([
      { name: 'west', rings: [box(-20, 0)] },
      { name: 'east', rings: [box(0, 20)] },
    ]);
    const region = regionOf([at(0, -0.5, 100_000)].map(bound), 0);
    expect(containment(region, neighbours, Uint8Array.of(0, 1, 0), Uint8Array.of(0, 0, 1))).toMatchObject({
      verdict: 'inconclusive',
      elsewhere: { label: 2 },
    });
  });

  it('looks as finely as it may: a region of a few metres is proven', () => {
    expect(judge([at(0.123456, 0.654321, 6)], 0, square)).toEqual({ verdict: 'proven-inside' });
  });

  it('leaves open what it may not look into finely enough', () => {
    const region = regionOf([at(0, 0, 50_000)].map(bound), 0);
    const limits = { resolutionMeters: 1, maxCells: 3 };
    expect(containment(region, square, INSIDE, OUTSIDE, limits)).toEqual({
      verdict: 'inconclusive',
      elsewhere: null,
    });
  });

  it('needs no water to be excluded in the land-only reading, yet land to stand on', () => {
    const region = regionOf([at(0, 0.95, 50_000)].map(bound), 0);
    const nothing = Uint8Array.of(0, 0);
    expect(containment(region, square, INSIDE, nothing)).toEqual({ verdict: 'proven-inside' });
    const atSea = regionOf([at(40, 40, 50_000)].map(bound), 0);
    expect(containment(atSea, square, INSIDE, nothing)).toEqual({ verdict: 'proven-outside' });
  });
});
