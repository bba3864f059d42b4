import { useQuery } from '@tanstack/react-query';
import { type GeoPermissibleObjects, geoMercator, geoPath } from 'd3-geo';
import { feature } from 'topojson-client';
import fineUrl from 'world-atlas/countries-10m.json?url';
import coarseUrl from 'world-atlas/countries-50m.json?url';
import type { Atlas } from '../../../location/jurisdictions.ts';

/** Natural Earth at 50 m for continents, and at 10 m, by which the verifier judges, for what is nearer. */
export type Detail = 'coarse' | 'fine';

const URLS: { readonly [D in Detail]: string } = { coarse: coarseUrl, fine: fineUrl };

/** Units of the drawing for the width of the Earth: enough for single precision, which is what canvases keep. */
export const WORLD_UNITS = 2 ** 20;

/** A country as it is drawn, when it is first seen. */
export type Shape = {
  readonly box: readonly [west: number, north: number, east: number, south: number];
  readonly path: () => Path2D;
};

/** Served by the verifier itself, under a name that holds its digest: read once, and kept by the browser. */
export function useAtlas(detail: Detail, when = true): Atlas | undefined {
  const { data } = useQuery({
    queryKey: ['atlas', detail],
    queryFn: async ({ signal }): Promise<Atlas> => {
      const response = await fetch(URLS[detail], { signal });
      if (!response.ok) throw new Error(`${URLS[detail]}: ${response.status}`);
      return response.json();
    },
    enabled: when,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

const known = new WeakMap<Atlas, readonly Shape[]>();

/** The countries of an atlas; each is projected when somebody looks there. */
export function shapesOf(atlas: Atlas): readonly Shape[] {
  const before = known.get(atlas);
  if (before !== undefined) return before;
  const shapes = feature(atlas, atlas.objects.countries).features.map(shapeOf);
  known.set(atlas, shapes);
  return shapes;
}

// No corner is added to what is drawn: Natural Earth's are nearer to each other than anybody sees.
const projection = geoMercator()
  .scale(WORLD_UNITS / (2 * Math.PI))
  .translate([WORLD_UNITS / 2, WORLD_UNITS / 2])
  .precision(0);
const bounds = geoPath(projection);

function shapeOf(country: GeoPermissibleObjects): Shape {
  const [[west, north], [east, south]] = bounds.bounds(country);
  let drawn: Path2D | undefined;
  return {
    box: [west / WORLD_UNITS, north / WORLD_UNITS, east / WORLD_UNITS, south / WORLD_UNITS],
    path: () => {
      if (drawn === undefined) {
        drawn = new Path2D();
        geoPath(projection, drawn as unknown as CanvasRenderingContext2D)(country); // it has what d3 draws by
      }
      return drawn;
    },
  };
}
