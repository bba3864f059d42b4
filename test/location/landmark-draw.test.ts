import { describe, expect, it } from 'vitest';
import { drawLandmarks } from '../../src/location/draw.ts';
import type { Standing } from '../../src/location/standing.ts';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';
import { draw } from './draw.ts';
import { landmark, standing } from './landmarks.ts';

const near: Place = { latitude: 50, longitude: 10 };
const random = draw(7);
const ring = (name: string, count: number, meters: number, group?: string): Standing[] =>
  Array.from({ length: count }, (_, index) => {
    const of = landmark(`${name}-${index}`, random.near(near, meters));
    return standing(of, group === undefined ? {} : { controlGroup: group });
  });
const drawn = (standings: readonly Standing[], tolerance = 1, seed = new Uint8Array(32)) =>
  drawLandmarks({ standings, near, tolerance, seed });
const within = (meters: number, list: readonly Standing[]): Standing[] =>
  list.filter(({ landmark: { place } }) => chordMeters(toEcef(near), toEcef(place)) <= meters);
const groups = (list: readonly Standing[]): number => new Set(list.map((each) => each.controlGroup)).size;

describe('which landmarks measure a host', () => {
  it('are 2f + 1 control groups nearby, and some in every direction', () => {
    const all = [...ring('near', 12, 40_000), ...ring('far', 60, 700_000)];
    for (const tolerance of [1, 2, 3]) {
      const list = drawn(all, tolerance);
      expect(groups(within(100_000, list))).toBe(2 * tolerance + 1);
      expect(list.length - within(100_000, list).length).toBeGreaterThanOrEqual(6);
    }
  });

  it('are always those on the site', () => {
    const here = ring('hall', 2, 100, 'hall');
    const onSite = new Set(here.map((each) => each.landmark.id));
    for (let seed = 0; seed < 20; seed++) {
      const standings = [...ring('near', 20, 40_000), ...here];
      const list = drawLandmarks({
        standings,
        near,
        onSite,
        tolerance: 1,
        seed: new Uint8Array(32).fill(seed),
      });
      expect(list.filter((each) => onSite.has(each.landmark.id))).toHaveLength(2);
    }
  });

  it('are the nearest others where too few are nearby', () => {
    const list = drawn(
      [...ring('near', 1, 40_000), ...ring('middle', 4, 200_000), ...ring('far', 9, 2e6)],
      1,
    );
    expect(within(100_000, list)).toHaveLength(1);
    expect(groups(within(250_000, list))).toBeGreaterThanOrEqual(3);
  });

  it('are of as many control groups as there are', () => {
    const one = ring('one', 9, 20_000, 'one');
    const list = drawn([...one, ...ring('others', 2, 30_000)], 1);
    expect(groups(list)).toBe(3);
  });

  it('are other ones for another seed, and no landmark twice', () => {
    const all = [...ring('near', 30, 40_000), ...ring('far', 90, 700_000)];
    const ids = (seed: number) =>
      drawn(all, 1, new Uint8Array(32).fill(seed)).map((each) => each.landmark.id);
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
    expect(new Set(ids(1)).size).toBe(ids(1).length);
  });

  it('all count', () => {
    const aside = ring('aside', 5, 20_000).map((each) => ({ ...each, why: 'quarantined' as const }));
    expect(drawn(aside)).toEqual([]);
  });
});
