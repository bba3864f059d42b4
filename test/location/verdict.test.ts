import { describe, expect, it } from 'vitest';
import { areaOfCountries, areaOfOutline } from '../../src/location/authorised-area.ts';
import { geographyOf } from '../../src/location/geography.ts';
import type { WeighedMeasurement } from '../../src/location/grade-proof.ts';
import type { Landmark } from '../../src/location/landmark.ts';
import { type LocationInput, locate } from '../../src/location/verdict.ts';
import type { Place } from '../../src/location/wgs84.ts';
import { fuzzRuns } from '../vectors.ts';
import { draw } from './draw.ts';
import { landmark, measured, nanosReaching, standing } from './landmarks.ts';

const at = (latitude: number, longitude: number): Place => ({ latitude, longitude });
const host = at(50, 10);
const south = landmark('south', at(49.6, 10));
const north = landmark('north', at(50.4, 10));
const west = landmark('west', at(50, 9.4));
const east = landmark('east', at(50, 10.6));
const onSite = landmark('on-site', at(50.001, 10.001));
const all = [south, north, west, east];
/** Four degrees by six around the host, and the country beyond. */
const box = (name: string, w: number, e: number) => ({
  name,
  rings: [
    [
      [w, 48],
      [e, 48],
      [e, 52],
      [w, 52],
      [w, 48],
    ] as [number, number][],
  ],
});
const jurisdictions = (() => {
  const geography = geographyOf([box('AA', 7, 13), box('BB', 13, 19)]);
  return { geography, codes: geography.names };
})();
const countries = (...codes: readonly string[]) =>
  areaOfCountries(jurisdictions, codes, 'land-only', codes.join(' and '));
const outline = areaOfOutline({ type: 'Point', coordinates: [10, 50], radiusMeters: 50_000 }, 'the site');

const input = (changes: Partial<LocationInput> = {}): LocationInput => ({
  measured: all.map((each) => measured(each, host)),
  area: countries('AA'),
  geofence: outline,
  onSite: new Set(),
  near: host,
  standings: [...all, onSite].map((each) => standing(each)),
  countryAt: ({ longitude }) => (longitude < 13 ? 'AA' : 'BB'),
  ...changes,
});
const verdict = (changes: Partial<LocationInput> = {}) => locate(input(changes)).verdict;
const from = (landmarks: readonly Landmark[], place: Place, changes: Partial<WeighedMeasurement> = {}) =>
  landmarks.map((each) => measured(each, place, changes));

describe('a verdict on a place', () => {
  it('is inside where every possible point is, at the best grade and the highest f', () => {
    expect(verdict()).toMatchObject({
      verdict: 'proven-inside',
      area: 'AA',
      grade: 'A',
      f: 3,
      byGrade: { A: 3, B: 3 },
      landmarks: ['east', 'north', 'south', 'west'],
      controlGroups: 4,
      reason: null,
      help: null,
      insideGeofence: false,
    });
    expect(verdict().radiusMeters).toBeGreaterThan(10_000);
  });

  it('names the grade that survives a liar before the stronger one that does not', () => {
    // At 150 km from the border: the second nearest reaches it at the speed of light, not in fibre.
    const [near, wide] = [nanosReaching(100_000, 'A'), nanosReaching(180_000, 'B')];
    const two = [measured(west, host, { minRttNanos: near }), measured(east, host, { minRttNanos: wide })];
    expect(verdict({ measured: two })).toMatchObject({
      verdict: 'proven-inside',
      grade: 'A',
      f: 0,
      byGrade: { A: 0, B: 0 },
    });
    const three = [...two, measured(south, host, { minRttNanos: nanosReaching(165_000, 'B') })];
    expect(verdict({ measured: three })).toMatchObject({ grade: 'B', f: 1, byGrade: { A: 0, B: 1 } });
  });

  it('counts control groups, not landmarks', () => {
    const one = from(all, host, { controlGroup: 'one' });
    expect(verdict({ measured: one })).toMatchObject({ verdict: 'proven-inside', f: 0, controlGroups: 1 });
  });

  it('claims no more than the landmarks that are themselves proven for as many liars', () => {
    const weak = from(all, host, { tolerance: { A: 1, B: 2 } });
    expect(verdict({ measured: weak })).toMatchObject({ byGrade: { A: 1, B: 2 }, grade: 'A', f: 1 });
    const none = from(all, host, { tolerance: { A: null, B: null } });
    expect(verdict({ measured: none })).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'location.no-landmarks' },
    });
  });

  it('is inconclusive without measurements', () => {
    expect(verdict({ measured: [] })).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'location.no-landmarks' },
      grade: null,
      f: null,
      radiusMeters: null,
      help: null,
    });
  });

  describe('that is inconclusive', () => {
    /** One that proves enough by itself, so that a second makes f = 1; and one that proves nothing. */
    const [near] = from([west], host);
    const [wide] = from([east], host, { minRttNanos: 5_000_000 });
    const alone = [near, wide].filter((each) => each !== undefined);
    const wideOnly = alone.slice(1);

    it('says where the host may have been', () => {
      expect(verdict({ measured: wideOnly })).toMatchObject({
        reason: { code: 'location.outside-possible' },
        elsewhere: { country: 'BB' },
        landmarks: ['east'],
      });
    });

    it('names the landmark of the registry that would have helped, of those that count', () => {
      const two = from([west, east], host, { minRttNanos: 2_350_000 });
      const without = (gone: readonly string[]) =>
        all.map((each) => standing(each, gone.includes(each.id) ? { tolerance: { A: null, B: null } } : {}));
      expect(verdict({ measured: two, standings: without([]) }).help).toMatchObject({ kind: 'landmark' });
      expect(verdict({ measured: two, standings: without(['south']) }).help).toEqual({
        kind: 'landmark',
        landmarkId: 'north',
      });
      expect(verdict({ measured: two, standings: without(['south', 'north']) }).help).toEqual({
        kind: 'place',
        near: host,
        withinMeters: expect.any(Number),
      });
    });

    it('names none where one more would not suffice', () => {
      expect(verdict({ measured: wideOnly }).help).toBeNull();
    });
  });

  it('is never inside by delay: more of it only takes proofs away', () => {
    for (const delay of [0, 500_000, 2_000_000, 20_000_000, 200_000_000]) {
      const slow = from(all, at(50, 20), {}).map((each) => ({
        ...each,
        minRttNanos: each.minRttNanos + delay,
      }));
      expect(verdict({ measured: slow }).verdict).not.toBe('proven-inside');
    }
  });

  it('is outside where every possible point is far from the area, and says in which country', () => {
    const away = [landmark('a', at(50, 17)), landmark('b', at(50.3, 17)), landmark('c', at(49.7, 17))];
    expect(verdict({ measured: from(away, at(50, 17.1)) })).toMatchObject({
      verdict: 'proven-outside',
      area: 'AA',
      grade: 'A',
      f: 2,
      elsewhere: { country: 'BB' },
    });
  });

  it('is not outside within the margin of the map', () => {
    const tight = (longitude: number) => {
      const near = ['a', 'b'].map((id) => landmark(id, at(50, longitude), { uncertaintyMeters: 1 }));
      return from(near, at(50, longitude), { minRttNanos: nanosReaching(1_000, 'A') });
    };
    // A degree of longitude is 71.7 km there: 0.2 degrees are 14 km, 0.4 are 29.
    expect(verdict({ measured: tight(13.2) })).toMatchObject({
      verdict: 'inconclusive',
      reason: { code: 'location.undecided' },
    });
    expect(verdict({ measured: tight(13.4) }).verdict).toBe('proven-outside');
  });

  it('is inconsistent where no point is possible, and names who contradicts whom', () => {
    const liar = measured(landmark('liar', at(50, 17)), host, { minRttNanos: 100_000 });
    const found = verdict({
      measured: [measured(west, host), liar],
    });
    expect(found).toMatchObject({
      verdict: 'inconsistent',
      reason: { code: 'location.contradiction' },
      radiusMeters: null,
      grade: null,
    });
    expect(found.involved).toContain('liar');
  });

  it('survives as many liars as it says, whatever they say', () => {
    const liar = measured(landmark('liar', at(50, 17)), host, { minRttNanos: 100_000 });
    const found = verdict({ measured: [...from(all, host), liar] });
    expect(found).toMatchObject({ verdict: 'proven-inside' });
    expect(found.f).toBeGreaterThanOrEqual(1);
  });

  it('is inside the geofence by landmarks on the site alone', () => {
    const near = from([onSite], host, { minRttNanos: nanosReaching(20_000, 'A') });
    const here = [...from(all, host), ...near];
    expect(verdict({ measured: here, onSite: new Set(['on-site']) }).insideGeofence).toBe(true);
    expect(verdict({ measured: here }).insideGeofence).toBe(false);
    const far = from([onSite], host, { minRttNanos: nanosReaching(60_000, 'A') });
    const there = [...from(all, host), ...far];
    expect(verdict({ measured: there, onSite: new Set(['on-site']) }).insideGeofence).toBe(false);
  });

  it('is never wrong while no more than f control groups lie', () => {
    let proofs = 0;
    const strict = areaOfCountries(jurisdictions, ['AA'], 'strict', 'AA');
    for (let seed = 1; seed <= Math.min(300, fuzzRuns); seed++) {
      const random = draw(seed);
      const truth = random.near(at(50, 13), random.between(0, 400_000));
      const inside =
        truth.latitude > 48 && truth.latitude < 52 && truth.longitude > 7 && truth.longitude < 13;
      const many = random.whole(2, 7);
      const liars = random.whole(0, 2);
      const figures = Array.from({ length: many }, (_, index) => {
        const place = random.near(truth, random.between(5_000, 500_000));
        const id = `${index}`;
        if (index >= liars) return measured(landmark(id, place), truth);
        // A liar says that it stands anywhere, and that the host is at its door.
        const said = random.near(at(50, 13), random.between(0, 500_000));
        const minRttNanos = Math.ceil(random.between(10_000, 2_000_000));
        return measured(landmark(id, said), truth, { minRttNanos });
      });
      const { verdict: found, f } = verdict({ measured: figures, standings: [], area: strict });
      if (f === null || f < liars) continue;
      proofs += 1;
      expect({ seed, found }).toEqual({ seed, found: inside ? 'proven-inside' : 'proven-outside' });
    }
    expect(proofs).toBeGreaterThan(20);
  });
});
