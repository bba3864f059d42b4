import { describe, expect, it } from 'vitest';
import { containmentInDisk } from '../../src/location/disk.ts';
import { regionOf } from '../../src/location/region.ts';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';
import { fuzzRuns } from '../vectors.ts';
import { draw } from './draw.ts';

const center: Place = { latitude: 50, longitude: 8 };
const region = (...bounds: readonly (readonly [Place, number])[]) =>
  regionOf(
    bounds.map(([place, radiusMeters], index) => ({
      landmarkId: `${index}`,
      controlGroup: `${index}`,
      center: toEcef(place),
      radiusMeters,
    })),
    0,
  );
const judge = (radiusMeters: number, ...bounds: readonly (readonly [Place, number])[]) =>
  containmentInDisk(region(...bounds), { center, radiusMeters }).verdict;

describe('containment in a disk', () => {
  const far: Place = { latitude: 40, longitude: -70 };

  it('holds for a smaller region around the middle, and not for a larger one', () => {
    expect(judge(10_000, [center, 9_000])).toBe('proven-inside');
    expect(judge(10_000, [center, 11_000])).toBe('inconclusive');
    expect(judge(10_000, [far, 11_000])).toBe('proven-outside');
  });

  it('is no proof of an empty region, nor of none at all', () => {
    expect(judge(10_000, [center, 1_000], [far, 1_000])).toBe('inconsistent');
    expect(judge(10_000)).toBe('inconclusive');
  });

  it('stays undecided where border lies on border', () => {
    const found = containmentInDisk(region([center, 10_000]), { center, radiusMeters: 10_000 });
    expect(found.verdict).toBe('inconclusive');
  });

  it('never says more than single points show', () => {
    for (let seed = 1; seed <= Math.min(200, fuzzRuns); seed++) {
      const random = draw(seed);
      const host = random.near(center, random.between(0, 300_000));
      const bounds = Array.from({ length: random.whole(1, 5) }, () => {
        const place = random.near(host, random.between(1_000, 400_000));
        const reach = chordMeters(toEcef(place), toEcef(host)) * random.between(1.01, 1.5) + 100;
        return [place, reach] as const;
      });
      const radiusMeters = random.between(5_000, 400_000);
      const inside = chordMeters(toEcef(host), toEcef(center)) <= radiusMeters;
      const verdict = judge(radiusMeters, ...bounds);
      if (verdict === 'proven-inside') expect({ seed, inside }).toEqual({ seed, inside: true });
      if (verdict === 'proven-outside') expect({ seed, inside }).toEqual({ seed, inside: false });
      expect({ seed, verdict }).not.toEqual({ seed, verdict: 'inconsistent' });
    }
  });
});
