import { worldAtlas } from '../../src/cli/locate/atlas.ts';
import { boundOf } from '../../src/location/bound.ts';
import { provenCountry } from '../../src/location/country.ts';
import { labelAtPlace } from '../../src/location/geography.ts';
import type { Jurisdictions } from '../../src/location/jurisdictions.ts';
import { type Region, regionOf } from '../../src/location/region.ts';
import { chordMeters, type Ecef, type Place, toEcef } from '../../src/location/wgs84.ts';
import { type Draw, draw } from '../location/draw.ts';
import { type Row, row } from './row.ts';

const QUESTIONS = 1_500;
/** For the grid's median. */
const GRID_QUESTIONS = 40;

/**
 * Which country a region of 30 and of 226 landmarks proves, with f from 0 to 2, the map loaded and no question asked
 * before; against testing every point of a grid of one degree, which proves nothing. One core, wall time.
 */
export async function location(): Promise<Row[]> {
  const started = performance.now();
  const jurisdictions = worldAtlas();
  const loadMs = performance.now() - started;
  const grid = gridOf(jurisdictions);
  const rows = [30, 226].flatMap((landmarks) => {
    const regionOfSeed = (seed: number): Region => drawRegion(draw(seed), jurisdictions, landmarks, seed % 3);
    const exact = Array.from({ length: QUESTIONS }, (_, seed) => {
      const region = regionOfSeed(seed);
      return timed(() => provenCountry(region, jurisdictions));
    });
    const brute = Array.from({ length: GRID_QUESTIONS }, (_, seed) => {
      const region = regionOfSeed(seed);
      return timed(() => labelsOnGrid(region, grid));
    });
    const named = (what: string): string => `location: ${landmarks} landmarks, f to 2, ${what}`;
    return [
      row(named('p50'), quantile(exact, 0.5), 'ms', quantile(brute, 0.5)),
      row(named('p99'), quantile(exact, 0.99), 'ms', quantile(brute, 0.5)),
      row(named('slowest'), quantile(exact, 1), 'ms', quantile(brute, 0.5)),
    ];
  });
  return [...rows, row('location: reading the map', loadMs, 'ms', loadMs)];
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A host on land, a third of its landmarks within 300 km; delays as between RIPE Atlas anchors. */
function drawRegion(random: Draw, jurisdictions: Jurisdictions, landmarks: number, f: number): Region {
  const host = onLand(random, jurisdictions);
  const bounds = Array.from({ length: landmarks }, (_, index) => {
    const place = index % 3 === 0 ? random.near(host, random.between(0, 300_000)) : random.place();
    const fibreNanos = (2 * chordMeters(toEcef(host), toEcef(place)) * random.between(1.05, 1.8)) / 0.2;
    const minRttNanos = Math.round(fibreNanos + 1e6 * 10 ** random.between(-0.5, 0.4));
    const id = `landmark-${index}`;
    const measurement = { landmarkId: id, controlGroup: id, place, uncertaintyMeters: 0, minRttNanos };
    return boundOf({ ...measurement, clockErrorPpm: 50 }, index % 2 === 0 ? 'A' : 'B');
  });
  return regionOf(bounds, f);
}

function onLand(random: Draw, { geography }: Jurisdictions): Place {
  for (;;) {
    const place = random.place();
    if (labelAtPlace(geography, place) !== 0) return place;
  }
}

type GridPoint = { readonly point: Ecef; readonly label: number };

function gridOf({ geography }: Jurisdictions): readonly GridPoint[] {
  return Array.from({ length: 180 * 360 }, (_, index) => {
    const place = { latitude: Math.floor(index / 360) - 89.5, longitude: (index % 360) - 179.5 };
    return { point: toEcef(place), label: labelAtPlace(geography, place) };
  });
}

/** What is usually done: which countries have a point of the grid that the measurements allow. */
function labelsOnGrid({ bounds, tolerance }: Region, grid: readonly GridPoint[]): ReadonlySet<number> {
  const labels = new Set<number>();
  for (const { point, label } of grid) {
    let excluding = 0;
    for (const { center, radiusMeters } of bounds) {
      const [dx, dy, dz] = [center.x - point.x, center.y - point.y, center.z - point.z];
      if (dx * dx + dy * dy + dz * dz <= radiusMeters * radiusMeters) continue;
      excluding += 1;
      if (excluding > tolerance) break;
    }
    if (excluding <= tolerance) labels.add(label);
  }
  return labels;
}
