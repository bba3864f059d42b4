import { boundOf } from '../../src/location/bound.ts';
import type { WeighedMeasurement } from '../../src/location/grade-proof.ts';
import type { Landmark } from '../../src/location/landmark.ts';
import type { Standing } from '../../src/location/standing.ts';
import { chordMeters, type Place, toEcef } from '../../src/location/wgs84.ts';

export const AT = new Date('2031-05-01T12:00:00.000Z');
const DAY_MS = 86_400_000;
export const daysBefore = (days: number): Date => new Date(AT.getTime() - days * DAY_MS);

/** A landmark of an operator, a company, a site and a key of its own, audited a month ago. */
export const landmark = (id: string, place: Place, changes: Partial<Landmark> = {}): Landmark => ({
  id,
  operator: `operator of ${id}`,
  company: `company of ${id}`,
  site: `site of ${id}`,
  key: `key of ${id}`,
  place,
  uncertaintyMeters: 50,
  basis: { kind: 'audit', auditedAt: daysBefore(30) },
  ...changes,
});

/** What light in straight fibre takes there and back, and what a good network adds. */
export function honestNanos(a: Place, b: Place, excessNanos = 300_000): number {
  const meters = chordMeters(toEcef(a), toEcef(b));
  return Math.ceil((2 * meters * 1.468) / 0.299_792_458) + excessNanos;
}

export const FULL = { A: 5, B: 5 } as const;

/** What a landmark measures of a host that stands somewhere. */
export const measured = (
  { id, place, uncertaintyMeters }: Landmark,
  host: Place,
  changes: Partial<WeighedMeasurement> = {},
): WeighedMeasurement => ({
  landmarkId: id,
  controlGroup: id,
  place,
  uncertaintyMeters,
  minRttNanos: honestNanos(place, host),
  clockErrorPpm: 100,
  tolerance: FULL,
  ...changes,
});

export const standing = (of: Landmark, changes: Partial<Standing> = {}): Standing => ({
  landmark: of,
  controlGroup: of.id,
  tolerance: FULL,
  until: AT,
  why: null,
  ...changes,
});

/** The least round trip of which a bound at a grade still reaches so far. */
export function nanosReaching(meters: number, grade: 'A' | 'B'): number {
  const about = { landmarkId: '', controlGroup: '', place: { latitude: 0, longitude: 0 } };
  const { radiusMeters } = boundOf(
    { ...about, uncertaintyMeters: 0, minRttNanos: 1_000_000, clockErrorPpm: 0 },
    grade,
  );
  return Math.ceil((meters / radiusMeters) * 1_000_000);
}
