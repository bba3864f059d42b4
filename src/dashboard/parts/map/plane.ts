import { boxLongitudes, type Position } from '../../../protocol/outline.ts';

/** Of Web Mercator's square, 1 by 1, west to east and north to south: places beyond 85 degrees stand at its edge. */
export type Point = readonly [x: number, y: number];

/** What of the world is seen: the middle, and how many pixels the whole Earth is wide. */
export type Frame = { readonly center: Point; readonly scale: number };

export type Size = { readonly width: number; readonly height: number };

const RADIANS = Math.PI / 180;
const MOST_LATITUDE = 85.0511287798;
/** At the equator: half a metre a pixel. Nearer, no map that we have says anything. */
const MOST_SCALE = 8e7;
/** Around one place: as much as shows its country. */
const PLACE_SCALE = 4e4;
/** What is framed takes this share of the map: around it one sees where it is. */
const SHARE = 0.6;

export function toPoint([longitude, latitude]: readonly [number, number]): Point {
  const bound = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  const up = Math.log(Math.tan(Math.PI / 4 + (bound * RADIANS) / 2));
  return [longitude / 360 + 0.5, 0.5 - up / (2 * Math.PI)];
}

export function toPosition([x, y]: Point): Position {
  const latitude = (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / RADIANS;
  const around = (x - 0.5) * 360;
  return [around - 360 * Math.round(around / 360), latitude];
}

/** Where a place is drawn, in pixels; of the copies of a round world the one nearest to the middle. */
export function pixelOf({ center, scale }: Frame, { width, height }: Size, position: Position): Point {
  const [x, y] = toPoint(position);
  const dx = x - center[0];
  return [width / 2 + (dx - Math.round(dx)) * scale, height / 2 + (y - center[1]) * scale];
}

export function positionAt({ center, scale }: Frame, { width, height }: Size, [x, y]: Point): Position {
  return toPosition([center[0] + (x - width / 2) / scale, center[1] + (y - height / 2) / scale]);
}

/** By pixels to the left and up, as a hand that pulls the map goes right and down. */
export function panned({ center: [x, y], scale }: Frame, dx: number, dy: number): Frame {
  const moved = x - dx / scale;
  return { center: [moved - Math.floor(moved), Math.max(0, Math.min(1, y - dy / scale))], scale };
}

/** Nearer by a factor above one, with what is under a pixel staying there. */
export function zoomed(frame: Frame, size: Size, factor: number, [x, y]: Point): Frame {
  const scale = Math.max(leastScale(size), Math.min(MOST_SCALE, frame.scale * factor));
  const [dx, dy] = [x - size.width / 2, y - size.height / 2];
  const held = panned(frame, -dx, -dy);
  return panned({ center: held.center, scale }, dx, dy);
}

/** All of some places; the whole world for none. */
export function framing(positions: readonly Position[], size: Size): Frame {
  if (positions.length === 0) return { center: [0.5, 0.42], scale: leastScale(size) };
  const [west, east] = boxLongitudes(positions.map(([longitude]) => longitude));
  const latitudes = positions.map(([, latitude]) => latitude);
  const [left, top] = toPoint([west, Math.max(...latitudes)]);
  const [right, bottom] = toPoint([east, Math.min(...latitudes)]);
  const wanted = Math.min((size.width * SHARE) / (right - left), (size.height * SHARE) / (bottom - top));
  const most = positions.length === 1 ? PLACE_SCALE : MOST_SCALE;
  const middle = (left + right) / 2;
  return {
    center: [middle - Math.floor(middle), (top + bottom) / 2],
    scale: Math.max(leastScale(size), Math.min(most, wanted)),
  };
}

/** Metres that a pixel stands for in the middle of the map. */
export function metersPerPixel({ center, scale }: Frame): number {
  const [, latitude] = toPosition(center);
  return (40_075_016.686 * Math.cos(latitude * RADIANS)) / scale;
}

/** The world is never narrower than the map, nor lower than half of it. */
function leastScale({ width, height }: Size): number {
  return Math.max(64, width, height);
}
