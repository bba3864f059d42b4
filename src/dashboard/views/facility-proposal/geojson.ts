import {
  LEAST_RING_POSITIONS,
  MAX_EXTENT_METERS,
  MIN_RADIUS_METERS,
  type Outline,
  type Position,
} from '../../../protocol/outline.ts';

/** As much of RFC 7946 as an outline is written in: rings, or a point with the API's own radius; a feature, or a collection of one. */
export function readGeoJson(text: string): Outline | 'not-json' | 'not-an-outline' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  return outlineOf(geometryOf(value)) ?? 'not-an-outline';
}

function geometryOf(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (value['type'] === 'Feature') return value['geometry'];
  const features = value['features'];
  if (value['type'] !== 'FeatureCollection' || !Array.isArray(features) || features.length !== 1)
    return value;
  return geometryOf(features[0]);
}

function outlineOf(value: unknown): Outline | null {
  if (!isObject(value)) return null;
  const { type, coordinates, radiusMeters } = value;
  if (type === 'Point') {
    const position = positionOf(coordinates);
    const near = typeof radiusMeters === 'number' && radiusMeters >= MIN_RADIUS_METERS;
    return position !== null && near && radiusMeters <= MAX_EXTENT_METERS
      ? { type, coordinates: position, radiusMeters }
      : null;
  }
  if (type === 'Polygon') {
    const rings = ringsOf(coordinates);
    return rings === null ? null : { type, coordinates: rings };
  }
  if (type !== 'MultiPolygon' || !Array.isArray(coordinates) || coordinates.length === 0) return null;
  const polygons = coordinates.map(ringsOf);
  return polygons.some((rings) => rings === null)
    ? null
    : { type, coordinates: polygons as NonNullable<(typeof polygons)[number]>[] }; // none of them is, as just seen
}

function ringsOf(value: unknown): readonly (readonly Position[])[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const rings: Position[][] = [];
  for (const ring of value) {
    if (!Array.isArray(ring) || ring.length < LEAST_RING_POSITIONS) return null;
    const positions = ring.flatMap((each) =>
      positionOf(each) === null ? [] : [positionOf(each) as Position],
    ); // not null
    if (positions.length !== ring.length) return null;
    rings.push(positions);
  }
  return rings;
}

/** An altitude, which RFC 7946 allows, is left out: the API takes none. */
function positionOf(value: unknown): Position | null {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return null;
  const [x, y]: readonly unknown[] = value;
  if (typeof x !== 'number' || typeof y !== 'number') return null;
  return Math.abs(x) <= 180 && Math.abs(y) <= 90 ? [x, y] : null;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
