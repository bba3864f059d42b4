import { boxLongitudes, type Outline } from '../protocol/outline.ts';
import type { Position } from './antimeridian.ts';
import { type Containment, containment } from './containment.ts';
import { containmentInDisk } from './disk.ts';
import { geographyOf } from './geography.ts';
import { type Jurisdictions, labelsOf, type MaritimeReading, otherLabels } from './jurisdictions.ts';
import type { Region } from './region.ts';
import { findInRegion } from './search.ts';
import type { Place } from './wgs84.ts';

/** An area that a host may be proven inside of. */
export type AuthorisedArea = {
  /** As verdicts name it. */
  readonly name: string;
  readonly containment: (region: Region) => Containment;
  /**
   * Whether no possible point is in the area or anywhere near it: near enough that the map may be wrong. Whoever stands on an
   * island too small for the map must not be taken for somebody at sea. True of an empty region too, of which it proves
   * nothing.
   */
  readonly isFarFrom: (region: Region) => boolean;
};

/** Natural Earth at 10 m leaves out islets and draws coasts coarsely: tenths of a kilometre, rarely some kilometres. */
const COUNTRY_MARGIN_METERS = 20_000;
/** A site's own outline is somebody's drawing of it. */
const OUTLINE_MARGIN_METERS = 1_000;

/**
 * One country or a bloc of them.
 * @throws RangeError for a code that the map does not have: nothing could ever be inside it
 */
export function areaOfCountries(
  jurisdictions: Jurisdictions,
  codes: readonly string[],
  reading: MaritimeReading,
  name: string,
): AuthorisedArea {
  const { geography } = jurisdictions;
  for (const code of codes) {
    if (!jurisdictions.codes.includes(code)) throw new RangeError(`the map has no country ${code}`);
  }
  const inside = labelsOf(jurisdictions, new Set(codes));
  const outside = otherLabels(inside, reading);
  return {
    name,
    containment: (region) => containment(region, geography, inside, outside),
    isFarFrom: (region) =>
      findInRegion(widened(region, COUNTRY_MARGIN_METERS), geography, inside).outcome === 'none',
  };
}

/** The outline of a site. */
export function areaOfOutline(outline: Outline, name: string): AuthorisedArea {
  if (outline.type === 'Point') {
    const disk = { center: middleOf(outline), radiusMeters: outline.radiusMeters };
    return {
      name,
      containment: (region) => containmentInDisk(region, disk),
      isFarFrom: (region) => {
        const { verdict } = containmentInDisk(widened(region, OUTLINE_MARGIN_METERS), disk);
        return verdict === 'proven-outside' || verdict === 'inconsistent';
      },
    };
  }
  const polygons = outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates;
  const geography = geographyOf([{ name, rings: polygons.flat() }]);
  // Each polygon by itself and without its holes: where polygons overlap, a map of all of them has a hole.
  const whole = polygons.map(([outer = []]) => geographyOf([{ name, rings: [outer] }]));
  const [inside, outside] = [Uint8Array.of(0, 1), Uint8Array.of(1, 0)];
  return {
    name,
    containment: (region) => containment(region, geography, inside, outside),
    isFarFrom: (region) => {
      const wider = widened(region, OUTLINE_MARGIN_METERS);
      return whole.every((polygon) => findInRegion(wider, polygon, inside).outcome === 'none');
    },
  };
}

/** Holds every point that is within `meters` of a possible one, and maybe more. */
function widened(region: Region, meters: number): Region {
  const bounds = region.bounds.map((bound) => ({ ...bound, radiusMeters: bound.radiusMeters + meters }));
  return { ...region, bounds };
}

/** The middle of an outline's box: where landmarks are looked for, never evidence. */
export function middleOf(outline: Outline): Place {
  const positions: readonly Position[] =
    outline.type === 'Point'
      ? [outline.coordinates]
      : outline.type === 'Polygon'
        ? outline.coordinates.flat()
        : outline.coordinates.flat(2);
  const latitudes = positions.map(([, latitude]) => latitude);
  const [west, east] = boxLongitudes(positions.map(([longitude]) => longitude));
  const longitude = (west + east) / 2;
  return {
    latitude: (Math.min(...latitudes) + Math.max(...latitudes)) / 2,
    // Of an outline that is cut at the antimeridian, not on the other side of the Earth.
    longitude: longitude > 180 ? longitude - 360 : longitude,
  };
}
