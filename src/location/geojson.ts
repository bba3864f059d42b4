import type { Feature, FeatureCollection, MultiPolygon, Point } from 'geojson';
import type { Grade } from './bound.ts';
import { outlineOf, type Polygon } from './outline.ts';
import { partitionOf } from './partition.ts';
import type { Region } from './region.ts';
import type { Place } from './wgs84.ts';

/** What is said of a region, beside where it is. */
export type RegionFacts = {
  readonly verdict: string;
  readonly grade: Grade;
  /** f. */
  readonly tolerance: number;
  /** Of a ball around the region; null where no point is possible. */
  readonly radiusMeters: number | null;
  /** The proven area; null where there is none. */
  readonly area: string | null;
};

/** A landmark as it is drawn. */
export type DrawnLandmark = { readonly id: string; readonly controlGroup: string; readonly place: Place };

/** Cells on the border of what is exported: finer than a screen shows. */
const BORDER_CELLS = 2_000;

type Properties = { readonly role: 'outer' | 'inner' | 'landmark' } & Record<string, string | number | null>;

/**
 * A region as GeoJSON (RFC 7946): `outer` holds every point that is still possible, `inner` only such points, and the
 * border runs between; then the landmarks. Polygons are cut at the antimeridian and drawn along the map's edge at a pole;
 * their sides are straight in longitude and latitude, as RFC 7946 has it, so they are exact. Both are absent for an empty
 * region; `inner` also where a region is too thin for one whole cell.
 */
export function regionGeoJson(
  region: Region,
  landmarks: readonly DrawnLandmark[],
  facts: RegionFacts,
): FeatureCollection<MultiPolygon | Point, Properties> {
  const { inner, border } = partitionOf(region, BORDER_CELLS);
  const { verdict, grade, tolerance, radiusMeters, area } = facts;
  const said = { verdict, grade, f: tolerance, radiusMeters, area };
  const shape = (
    role: 'outer' | 'inner',
    polygons: readonly Polygon[],
  ): Feature<MultiPolygon, Properties>[] =>
    polygons.length === 0
      ? []
      : [
          {
            type: 'Feature',
            properties: { role, ...said },
            geometry: {
              type: 'MultiPolygon',
              coordinates: polygons.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => [x, y]))),
            },
          },
        ];
  const radiusOf = new Map(region.bounds.map((bound) => [bound.landmarkId, bound.radiusMeters]));
  const points = landmarks.map(
    ({ id, controlGroup, place }): Feature<Point, Properties> => ({
      type: 'Feature',
      properties: { role: 'landmark', id, controlGroup, radiusMeters: radiusOf.get(id) ?? null },
      geometry: { type: 'Point', coordinates: [place.longitude, place.latitude] },
    }),
  );
  return {
    type: 'FeatureCollection',
    features: [
      ...shape('outer', outlineOf([...inner, ...border])),
      ...shape('inner', outlineOf(inner)),
      ...points,
    ],
  };
}
