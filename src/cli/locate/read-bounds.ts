import { z } from 'zod';
import { type Bound, boundOf, type Grade } from '../../location/bound.ts';
import type { DrawnLandmark } from '../../location/geojson.ts';
import { toEcef } from '../../location/wgs84.ts';
import { country } from '../../protocol/country.ts';
import { UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

const place = {
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
};
const identifier = z.string().min(1).max(200);
const meters = z.number().min(0).max(21_000_000);

const landmark = z
  .strictObject({
    id: identifier,
    controlGroup: identifier.optional(),
    ...place,
    uncertaintyMeters: meters.default(0),
    rttMs: z.number().min(0).max(60_000).optional(),
    radiusMeters: meters.optional(),
  })
  .refine(({ rttMs, radiusMeters }) => (rttMs === undefined) !== (radiusMeters === undefined), {
    error: 'must have either rttMs or radiusMeters',
  });

const document = z
  .strictObject({
    subject: identifier.default('this host'),
    facility: z.strictObject({ name: identifier, ...place }).optional(),
    countries: z.array(country).max(250).default([]),
    landmarks: z.array(landmark).min(1).max(10_000),
  })
  .refine(({ landmarks }) => new Set(landmarks.map(({ id }) => id)).size === landmarks.length, {
    error: 'names a landmark twice',
    path: ['landmarks'],
  });

/** What is to be placed, by what, and about which countries it is asked. */
export type Subject = {
  readonly name: string;
  readonly landmarks: readonly DrawnLandmark[];
  readonly bounds: readonly Bound[];
  readonly facility: {
    readonly name: string;
    readonly place: { latitude: number; longitude: number };
  } | null;
  readonly countries: readonly string[];
};

/**
 * Reads one host's bounds as JSON. A landmark gives a round trip, from which its bound follows at the grade, or a bound as
 * it stands, which is taken as a chord with all margins in it.
 *
 * @throws {UsageError} `unreadable`, `bad_bounds` with the path to what is wrong
 */
export function readBounds(path: string, grade: Grade): Subject {
  const { subject, facility, countries, landmarks } = parse(readInput(path).toString('utf8'), path);
  return {
    name: subject,
    countries,
    facility:
      facility === undefined
        ? null
        : { name: facility.name, place: { latitude: facility.latitude, longitude: facility.longitude } },
    landmarks: landmarks.map(({ id, controlGroup = id, latitude, longitude }) => ({
      id,
      controlGroup,
      place: { latitude, longitude },
    })),
    bounds: landmarks.map((given) => boundFrom(given, grade)),
  };
}

function boundFrom(given: z.infer<typeof landmark>, grade: Grade): Bound {
  const { id, controlGroup = id, latitude, longitude, uncertaintyMeters, rttMs, radiusMeters } = given;
  const at = { latitude, longitude };
  if (radiusMeters !== undefined) {
    return {
      landmarkId: id,
      controlGroup,
      center: toEcef(at),
      radiusMeters: radiusMeters + uncertaintyMeters,
    };
  }
  const minRttNanos = Math.ceil((rttMs ?? 60_000) * 1e6);
  return boundOf(
    { landmarkId: id, controlGroup, place: at, uncertaintyMeters, minRttNanos, clockErrorPpm: 0 },
    grade,
  );
}

function parse(text: string, path: string): z.infer<typeof document> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('bad_bounds', `${path} is not JSON`, undefined, cause);
  }
  const result = document.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError('bad_bounds', `${path}: ${issue?.path.join('.') || 'document'}: ${issue?.message}`);
}
