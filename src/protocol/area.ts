import { z } from 'zod';
import {
  LEAST_RING_POSITIONS,
  MAX_EXTENT_METERS,
  MAX_POSITIONS,
  MIN_RADIUS_METERS,
  OUTLINE_FAULTS,
  outlineFaults,
} from './outline.ts';

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);
/** RFC 7946, 3.1.1, without altitude: longitude first. */
const position = z.tuple([longitude, latitude]).describe('[longitude, latitude] in degrees, WGS 84.');

const ring = z.array(position).min(LEAST_RING_POSITIONS).max(MAX_POSITIONS);
const rings = z.array(ring).min(1).max(100);

const point = z.strictObject({
  type: z.literal('Point'),
  coordinates: position,
  radiusMeters: z
    .number()
    .min(MIN_RADIUS_METERS)
    .max(MAX_EXTENT_METERS)
    .describe('Everything within this of the point.'),
});
const polygon = z.strictObject({ type: z.literal('Polygon'), coordinates: rings });
const multiPolygon = z.strictObject({
  type: z.literal('MultiPolygon'),
  coordinates: z.array(rings).min(1).max(100),
});

/**
 * Where a facility is: a GeoJSON polygon or several (RFC 7946), or a point with a radius. Rings are closed, do not cross
 * themselves and do not cross the antimeridian (cut there, RFC 7946, 3.1.9); either winding is read. Holes lie inside the first
 * ring and apart: what is drawn as taken away is never added elsewhere.
 */
export const area = z
  .discriminatedUnion('type', [point, polygon, multiPolygon])
  .superRefine((value, context) => {
    for (const { path, code } of outlineFaults(value)) {
      context.addIssue({ code: 'custom', path: [...path], message: OUTLINE_FAULTS[code] });
    }
  })
  .describe('GeoJSON Polygon or MultiPolygon, or Point with radiusMeters.');
export type Area = z.infer<typeof area>;
