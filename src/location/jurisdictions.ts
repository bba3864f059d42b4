import type { Geometry } from 'geojson';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Position } from './antimeridian.ts';
import { type Geography, geographyOf, type NamedArea, NOWHERE } from './geography.ts';
import { ALPHA_2_OF } from './iso-3166.ts';

/**
 * The countries of the world as Natural Earth draws them (10 m, as in the package world-atlas): as they are held, so Crimea
 * with Russia. Overseas departments are drawn with France, Svalbard with Norway.
 */
export type Jurisdictions = {
  readonly geography: Geography;
  /**
   * By label: ISO 3166-1 alpha-2; for what has no code of its own there, `unassigned:` and Natural Earth's name, in no
   * authorised area unless somebody names it. Empty for water.
   */
  readonly codes: readonly string[];
};

/** The atlas' two members that are read. */
export type Atlas = Topology<{ countries: GeometryCollection<{ name: string }>; land: GeometryCollection }>;

const UNASSIGNED = 'unassigned:';

/** @throws RangeError for an atlas whose countries overlap, or that has other geometry than polygons */
export function jurisdictionsOf(atlas: Atlas): Jurisdictions {
  return jurisdictionsFrom(countriesOf(atlas));
}

/** The countries' rings, named by their codes: for drawing, and for `jurisdictionsFrom`. @throws RangeError */
export function countriesOf(atlas: Atlas): readonly NamedArea[] {
  const { features } = feature(atlas, atlas.objects.countries);
  return features.map(({ id, properties: { name }, geometry }) => {
    const alpha2 = ALPHA_2_OF.get(String(id));
    return { name: alpha2 ?? `${UNASSIGNED}${name}`, rings: ringsOf(name, geometry) };
  });
}

/** @throws RangeError for countries that overlap */
export function jurisdictionsFrom(countries: readonly NamedArea[]): Jurisdictions {
  const geography = geographyOf(countries);
  return { geography, codes: geography.names };
}

function ringsOf(name: string, geometry: Geometry): Position[][] {
  const polygons =
    geometry.type === 'Polygon'
      ? [geometry.coordinates]
      : geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : null;
  if (polygons === null) throw new RangeError(`${name} is a ${geometry.type}`);
  return polygons.flat().map((ring) => ring.map(([longitude = 0, latitude = 0]) => [longitude, latitude]));
}

/** Whether points on water count as outside an authorised country. */
export type MaritimeReading = 'land-only' | 'strict';

/** The labels of some countries, by label; several features may carry one code. */
export function labelsOf({ codes }: Jurisdictions, wanted: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(codes, (code, label) => (label !== NOWHERE && wanted.has(code) ? 1 : 0));
}

/** Every label that those do not name; water only where it counts. */
export function otherLabels(labels: Uint8Array, reading: MaritimeReading): Uint8Array {
  return labels.map((wanted, label) =>
    wanted === 1 || (label === NOWHERE && reading === 'land-only') ? 0 : 1,
  );
}
