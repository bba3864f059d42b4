import { geoArea } from 'd3-geo';
import { middleOf } from '../../../location/authorised-area.ts';
import type { Place } from '../../../location/wgs84.ts';
import type { Outline, Position } from '../../../protocol/outline.ts';

/** The mean radius of WGS 84's ellipsoid, squared. */
const SQUARE_METERS = 6_371_008.8 ** 2;

export type OutlineFacts = {
  /** About: on a sphere of the Earth's mean radius. */
  readonly squareMeters: number;
  /** Without the last of each ring, which is its first. */
  readonly corners: number;
  /** Of its box: where landmarks are looked for. */
  readonly middle: Place;
};

/** What an outline measures, as people ask it: holes are taken off. */
export function outlineFacts(outline: Outline): OutlineFacts {
  const middle = middleOf(outline);
  if (outline.type === 'Point') {
    return { squareMeters: Math.PI * outline.radiusMeters ** 2, corners: 0, middle };
  }
  const polygons = outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates;
  const squareMeters = polygons.reduce((sum, [outer = [], ...holes]) => {
    const taken = holes.reduce((less, hole) => less + areaOfRing(hole), 0);
    return sum + areaOfRing(outer) - taken;
  }, 0);
  const corners = polygons.flat().reduce((sum, ring) => sum + Math.max(0, ring.length - 1), 0);
  return { squareMeters, corners, middle };
}

/** Either winding is read: the smaller side of the ring is meant. */
function areaOfRing(ring: readonly Position[]): number {
  const share = geoArea({ type: 'Polygon', coordinates: [ring.map((position) => [...position])] });
  return Math.min(share, 4 * Math.PI - share) * SQUARE_METERS;
}
