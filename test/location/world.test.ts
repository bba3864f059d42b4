import { describe, expect, it } from 'vitest';
import { worldAtlas, worldCountries } from '../../src/cli/locate/atlas.ts';
import { excludedCountries, provenCountry } from '../../src/location/country.ts';
import { regionOf } from '../../src/location/region.ts';
import { type Place, toEcef } from '../../src/location/wgs84.ts';
import { fuzzRuns } from '../vectors.ts';
import { type Draw, draw } from './draw.ts';
import { areasAt, type Disk, isPossible, straightMeters } from './independent.ts';

/** Configurations: `npm run test:location` tries ten thousand. */
const RUNS = Math.round(fuzzRuns / 5);
const POINTS = 40;

/** Where maps go wrong: enclaves, slivers, islands, the antimeridian, poles, what is drawn cut. */
const PLACES: readonly (readonly [string, Place])[] = [
  ['Lesotho', { latitude: -29.5, longitude: 28.2 }],
  ['San Marino', { latitude: 43.94, longitude: 12.46 }],
  ['Andorra', { latitude: 42.55, longitude: 1.58 }],
  ['Baarle', { latitude: 51.44, longitude: 4.93 }],
  ['Gambia', { latitude: 13.45, longitude: -15.5 }],
  ['Liechtenstein', { latitude: 47.15, longitude: 9.55 }],
  ['Kaliningrad', { latitude: 54.7, longitude: 20.5 }],
  ['Singapore', { latitude: 1.35, longitude: 103.82 }],
  ['Fiji', { latitude: -16.85, longitude: -179.97 }],
  ['Chukotka', { latitude: 66.5, longitude: 179.9 }],
  ['Tonga', { latitude: -21.2, longitude: -175.2 }],
  ['Svalbard', { latitude: 78.9, longitude: 16 }],
  ['the north pole', { latitude: 89.9, longitude: 0 }],
  ['the south pole', { latitude: -89.95, longitude: 100 }],
  ['the Antarctic shore', { latitude: -85, longitude: -170 }],
];

function disksAround(random: Draw, host: Place): Disk[] {
  const reach = 10 ** random.between(3.3, 6.2);
  return Array.from({ length: random.whole(1, 9) }, (_, index): Disk => {
    const place = random.near(host, random.between(0, reach));
    const honest = straightMeters(place, host) * random.between(1, 1.5) + random.between(10, 20_000);
    const lies = random.whole(0, 9) === 0;
    return {
      place,
      radiusMeters: lies ? honest * random.between(0.2, 1) : honest,
      group: `group-${index % 6}`,
    };
  });
}

describe('what is proven of countries', () => {
  it('is contradicted by no possible point, however the map lies there', () => {
    const jurisdictions = worldAtlas();
    const countries = worldCountries();
    const codes = [...new Set(countries.map(({ name }) => name))];
    const seen = { proven: 0, inconclusive: 0, inconsistent: 0, points: 0 };
    for (let round = 0; round < RUNS; round++) {
      const random = draw(round);
      const [, around] = PLACES[round % (PLACES.length + 5)] ?? ['anywhere', random.place()];
      const host = random.near(around, 10 ** random.between(2, 5.5));
      const disks = disksAround(random, host);
      const f = random.whole(0, 2);
      const bounds = disks.map(({ place, radiusMeters, group }, index) => ({
        landmarkId: String(index),
        controlGroup: group,
        center: toEcef(place),
        radiusMeters,
      }));
      const region = regionOf(bounds, f);
      const { verdict, provenCountry: proven } = provenCountry(region, jurisdictions);
      const excluded = new Set(round % 8 === 0 ? excludedCountries(region, jurisdictions, codes) : []);
      seen[verdict] += 1;
      if (verdict === 'inconclusive' && excluded.size === 0) continue;
      const smallest = disks.toSorted((a, b) => a.radiusMeters - b.radiusMeters)[f] ?? disks[0];
      for (let sample = 0; sample < POINTS && smallest !== undefined; sample++) {
        const origin = sample % 3 === 0 ? host : smallest.place;
        const point = random.near(origin, smallest.radiusMeters * Math.sqrt(random.between(0, 1)));
        if (!isPossible(point, disks, f)) continue;
        seen.points += 1;
        const found = `${round} at ${point.latitude}, ${point.longitude}`;
        expect(`${found}: ${verdict}`).not.toContain('inconsistent');
        for (const country of areasAt(point, countries)) {
          if (proven !== null) expect(`${found} in ${country}`).toBe(`${found} in ${proven}`);
          expect(excluded.has(country) ? `${found} in ${country}, excluded` : found).toBe(found);
        }
      }
    }
    expect(Math.min(seen.proven, seen.inconclusive)).toBeGreaterThan(RUNS / 20);
    expect(seen.inconsistent).toBeGreaterThan(0);
    expect(seen.points).toBeGreaterThan(RUNS);
  }, 900_000);

  it('is asked of a map on which the other way of looking finds each country where it is', () => {
    const found = PLACES.map(([name, place]) => `${name}: ${areasAt(place, worldCountries()).join()}`);
    expect(found).toEqual([
      'Lesotho: LS',
      'San Marino: SM',
      'Andorra: AD',
      'Baarle: NL',
      'Gambia: GM',
      'Liechtenstein: LI',
      'Kaliningrad: RU',
      'Singapore: SG',
      'Fiji: FJ',
      'Chukotka: RU',
      'Tonga: TO',
      'Svalbard: NO',
      'the north pole: ',
      'the south pole: AQ',
      'the Antarctic shore: AQ',
    ]);
  });
});
