import { describe, expect, it } from 'vitest';
import { jurisdictionsFrom } from '../../src/location/jurisdictions.ts';
import { type PlannedFacility, planLandmarks, type Site } from '../../src/location/plan/index.ts';
import { isProvable } from '../../src/location/plan/provable.ts';
import { draw } from './draw.ts';

/** Two countries side by side, each 20 degrees wide: about 2,200 km. */
const box = (west: number, east: number): [number, number][] => [
  [west, -10],
  [east, -10],
  [east, 10],
  [west, 10],
  [west, -10],
];
const WORLD = jurisdictionsFrom([
  { name: 'AA', rings: [box(-20, 0)] },
  { name: 'BB', rings: [box(0, 20)] },
]);
const OPTIONS = { grade: 'B', tolerance: 0, model: { stretch: 1, excessMs: 1 } } as const;
const site = (id: string, longitude: number, controlGroup = id, existing = false): Site => ({
  id,
  controlGroup,
  existing,
  latitude: 0,
  longitude,
});
const facility = (id: string, longitude: number, countries = ['AA']): PlannedFacility => ({
  id,
  countries,
  latitude: 0,
  longitude,
});

describe('a plan for landmarks', () => {
  it('takes the fewest that prove every facility, and those that stand for nothing', () => {
    const sites = [site('far', -30), site('between', -10), site('here', -14), site('there', -6)];
    const facilities = [facility('one', -14), facility('two', -6)];
    const { chosen, smallest, facilities: plans } = planLandmarks(facilities, sites, WORLD, OPTIONS);
    expect([chosen.map(({ id }) => id), smallest]).toEqual([['here'], true]);
    expect(plans.map(({ provable }) => provable)).toEqual([true, true]);
    const standing = planLandmarks(facilities, [...sites, site('old', -10.1, 'old', true)], WORLD, OPTIONS);
    expect(standing.chosen.map(({ id }) => id)).toEqual(['old']);
  });

  it('counts control groups, one more than may lie', () => {
    const one = [site('a', -10, 'x'), site('b', -10.1, 'x')];
    const options = { ...OPTIONS, tolerance: 1 };
    const [plan] = planLandmarks([facility('f', -10)], one, WORLD, options).facilities;
    expect(plan?.obstacle).toMatchObject({ reason: 'too-few-groups', onSiteNeeded: 1 });
    const two = planLandmarks([facility('f', -10)], [...one, site('c', -9.9, 'y')], WORLD, options);
    expect(two.facilities[0]).toMatchObject({ provable: true, obstacle: null });
    expect(new Set(two.chosen.map(({ controlGroup }) => controlGroup))).toEqual(new Set(['x', 'y']));
  });

  it.each([
    ['outside', facility('f', 5), [site('a', 5)], { onSiteNeeded: null }],
    ['too-far', facility('f', -10), [site('a', 100)], { onSiteNeeded: 1 }],
    // 1 ms bounds 103 km; the border is 56 km away, which takes 0.54 ms.
    ['border-too-near', facility('f', -0.5), [site('a', -0.5)], { onSiteNeeded: null }],
  ] as const)('says why a facility cannot be proven: %s', (reason, wanted, sites, more) => {
    const [plan] = planLandmarks([wanted], sites, WORLD, OPTIONS).facilities;
    expect(plan).toMatchObject({ provable: false, obstacle: { reason, ...more } });
    if (reason === 'border-too-near') expect(plan?.obstacle?.largestExcessMs).toBeCloseTo(0.53, 1);
  });

  it('proves a facility inside several countries together where neither alone would do', () => {
    const near = (countries: string[]) =>
      planLandmarks([facility('f', -0.5, countries)], [site('a', -0.5)], WORLD, OPTIONS).facilities[0]
        ?.provable;
    expect([near(['AA']), near(['AA', 'BB'])]).toEqual([false, true]);
  });

  it('keeps its word among many sites: all is proven, and none can be left out', () => {
    const random = draw(5);
    const sites = Array.from({ length: 40 }, (_, index) =>
      site(`site-${index}`, random.between(-25, 5), `group-${index % 9}`, index === 0),
    );
    const facilities = [-16, -12, -8, -5].map((longitude, index) => facility(`facility-${index}`, longitude));
    const options = { ...OPTIONS, tolerance: 2 };
    const { chosen, smallest } = planLandmarks(facilities, sites, WORLD, options);
    const proven = (some: readonly Site[]): boolean =>
      facilities.every((one) => isProvable(one, some, WORLD, options));
    expect([smallest, proven(sites), proven(chosen)]).toEqual([false, true, true]);
    for (const one of chosen.filter(({ existing }) => !existing)) {
      expect(proven(chosen.filter((other) => other !== one))).toBe(false);
    }
  });
});
