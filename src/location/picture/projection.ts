import type { Position } from '../antimeridian.ts';

const RADIANS = Math.PI / 180;
const EARTH_METERS = 6_371_009;

/** Pixels: x to the right, y down. */
export type Pixel = readonly [x: number, y: number];

/** What part of the Earth a map shows: a square around a place. */
export type View = {
  readonly center: Position;
  /** From the centre to the middle of each side. */
  readonly halfMeters: number;
  /** Length of a side. */
  readonly pixels: number;
};

/** Where places stand on a map. */
export type Projection = {
  readonly view: View;
  /** From the centre of the view, radians along the Earth, and the direction there. */
  readonly polar: (place: Position) => { readonly arc: number; readonly direction: number };
  readonly pixel: (arc: number, direction: number) => Pixel;
  readonly project: (place: Position) => Pixel;
  readonly pixelsPerMeter: number;
  /** Pixels: corners that stand out by less are left out. */
  readonly flatness: number;
};

/**
 * The azimuthal equidistant projection around the centre of a view: distances and directions from there are true, and
 * the whole Earth fits, its poles and the antimeridian like any other place. On a sphere: 0.3 % from the ellipsoid, which
 * no eye sees, and nothing is proven by a picture.
 */
export function projectionOf(view: View, flatness: number): Projection {
  const [longitude, latitude] = view.center;
  const [sine, cosine] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)];
  const middle = view.pixels / 2;
  const pixelsPerMeter = middle / view.halfMeters;
  const polar = ([lon, lat]: Position): { arc: number; direction: number } => {
    const turn = (lon - longitude) * RADIANS;
    const [s, c] = [Math.sin(lat * RADIANS), Math.cos(lat * RADIANS)];
    const east = c * Math.sin(turn);
    const north = cosine * s - sine * c * Math.cos(turn);
    const up = sine * s + cosine * c * Math.cos(turn);
    return { arc: Math.atan2(Math.hypot(east, north), up), direction: Math.atan2(east, north) };
  };
  const pixel = (arc: number, direction: number): Pixel => {
    const reach = arc * EARTH_METERS * pixelsPerMeter;
    return [middle + reach * Math.sin(direction), middle - reach * Math.cos(direction)];
  };
  const project = (place: Position): Pixel => {
    const { arc, direction } = polar(place);
    return pixel(arc, direction);
  };
  return { view, polar, pixel, project, pixelsPerMeter, flatness };
}

/** Half of the Earth's girth: a map that shows more shows nothing more. */
export const WHOLE_EARTH_METERS = Math.PI * EARTH_METERS;
