import {
  LEAST_RING_POSITIONS,
  MAX_EXTENT_METERS,
  MIN_RADIUS_METERS,
  type Outline,
  type OutlineFaultCode,
  outlineFaults,
  type Position,
} from '../../../protocol/outline.ts';
import { readGeoJson } from './geojson.ts';

/** A place as it stands in two fields. */
export type Corner = { readonly latitude: string; readonly longitude: string };

export const DRAWING_KINDS = ['point', 'polygon', 'geojson'] as const;
export type DrawingKind = (typeof DRAWING_KINDS)[number];

/** What somebody draws, as it stands in the fields; of the three ways one counts, and the others are kept for whoever comes back to them. */
export type Drawing = {
  readonly kind: DrawingKind;
  readonly center: Corner;
  readonly radius: string;
  readonly corners: readonly Corner[];
  readonly text: string;
};

export const NOWHERE: Corner = { latitude: '', longitude: '' };
export const NOTHING_DRAWN: Drawing = { kind: 'point', center: NOWHERE, radius: '', corners: [], text: '' };

export type DrawingFaultCode =
  | OutlineFaultCode
  | 'latitude'
  | 'longitude'
  | 'radius'
  | 'too-few-corners'
  | 'not-json'
  | 'not-an-outline';

export type DrawingFault = {
  readonly code: DrawingFaultCode;
  /** Which corner it is about, from 0, or which edges of a ring, by the corner that each begins at. */
  readonly corners: readonly number[];
};

export type ReadDrawing = {
  /** As the API takes it; null as long as it is none. It may have faults all the same: it is drawn, and not sent. */
  readonly outline: Outline | null;
  readonly faults: readonly DrawingFault[];
};

/** What was drawn, and what is wrong with it by the rules that the verifier refuses by. */
export function readDrawing(drawing: Drawing): ReadDrawing {
  const read = READERS[drawing.kind](drawing);
  if (read.outline === null || read.faults.length > 0) return read;
  const faults = outlineFaults(read.outline).map(({ code, edges }) => ({ code, corners: edges }));
  return { ...read, faults };
}

const READERS: { readonly [K in DrawingKind]: (drawing: Drawing) => ReadDrawing } = {
  point: ({ center, radius }) => {
    const [coordinates, faults] = readCorner(center, []);
    const radiusMeters = readNumber(radius);
    const tooFar = !(radiusMeters >= MIN_RADIUS_METERS && radiusMeters <= MAX_EXTENT_METERS);
    const all: DrawingFault[] = [...faults, ...(tooFar ? [{ code: 'radius' as const, corners: [] }] : [])];
    if (coordinates === null || all.length > 0) return { outline: null, faults: all };
    return { outline: { type: 'Point', coordinates, radiusMeters }, faults: [] };
  },
  polygon: ({ corners }) => {
    const read = corners.map((corner, index) => readCorner(corner, [index]));
    const positions = read.flatMap(([position]) => (position === null ? [] : [position]));
    const faults = read.flatMap(([, wrong]) => wrong);
    const [first] = positions;
    if (first === undefined || positions.length + 1 < LEAST_RING_POSITIONS) {
      return { outline: null, faults: [...faults, { code: 'too-few-corners', corners: [] }] };
    }
    return { outline: { type: 'Polygon', coordinates: [[...positions, first]] }, faults };
  },
  geojson: ({ text }) => {
    const read = readGeoJson(text);
    return typeof read === 'string'
      ? { outline: null, faults: [{ code: read, corners: [] }] }
      : { outline: read, faults: [] };
  },
};

function readCorner(
  { latitude, longitude }: Corner,
  corners: readonly number[],
): readonly [Position | null, readonly DrawingFault[]] {
  const [y, x] = [readNumber(latitude), readNumber(longitude)];
  const faults: DrawingFault[] = [];
  if (!(Math.abs(y) <= 90)) faults.push({ code: 'latitude', corners });
  if (!(Math.abs(x) <= 180)) faults.push({ code: 'longitude', corners });
  return [faults.length === 0 ? [x, y] : null, faults];
}

/** Decimal degrees or metres, with a point; NaN for anything else, so that no comparison holds. */
function readNumber(text: string): number {
  return /^\s*[+-]?\d{1,9}(\.\d{1,15})?\s*$/.test(text) ? Number(text) : Number.NaN;
}

/** To a tenth of a metre: nobody draws more exactly. */
export function cornerAt([longitude, latitude]: Position): Corner {
  return { latitude: latitude.toFixed(6), longitude: longitude.toFixed(6) };
}

/** The corners of an outline that is one ring; null for any other. */
export function cornersOf(outline: Outline): readonly Corner[] | null {
  if (outline.type !== 'Polygon' || outline.coordinates.length !== 1) return null;
  return (outline.coordinates[0] ?? [])
    .slice(0, -1)
    .map(([longitude, latitude]) => ({ latitude: String(latitude), longitude: String(longitude) }));
}
