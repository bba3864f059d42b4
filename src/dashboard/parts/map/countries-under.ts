import { useMemo } from 'react';
import { geographyOf, labelAtPlace, type NamedArea } from '../../../location/geography.ts';
import { type Atlas, countriesOf } from '../../../location/jurisdictions.ts';
import type { Outline, Position } from '../../../protocol/outline.ts';
import { useAtlas } from './atlas.ts';
import { ringsOf } from './outline-shape.tsx';

/** How many places of an outline the map has in which country; water and land without a code have none. */
export type Under = { readonly places: number; readonly countries: ReadonlyMap<string, number> };

const kept = new WeakMap<Atlas, readonly NamedArea[]>();

/**
 * In which countries an outline lies: by the map and the code that the verifier proves places with. Of a ring its corners are asked, of
 * a circle the places around it, and the point: good to tell a mistake by, no proof.
 *
 * @returns null as long as the map is not here
 */
export function useCountriesUnder(outline: Outline): Under | null {
  const atlas = useAtlas('fine');
  return useMemo(() => (atlas === undefined ? null : countriesUnder(atlas, outline)), [atlas, outline]);
}

function countriesUnder(atlas: Atlas, outline: Outline): Under {
  const countries = kept.get(atlas) ?? countriesOf(atlas);
  kept.set(atlas, countries);
  const rings = ringsOf(outline);
  const places = [
    ...rings.flatMap((ring) => ring.slice(0, -1)),
    ...(outline.type === 'Point' ? [outline.coordinates] : []),
  ];
  const geography = geographyOf(near(countries, places));
  const found = new Map<string, number>();
  for (const [longitude, latitude] of places) {
    const name = geography.names[labelAtPlace(geography, { latitude, longitude })] ?? '';
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return { places: places.length, countries: found };
}

/** The rings that may hold one of the places: the whole map would take a second to read. What goes around the Earth stays. */
function near(countries: readonly NamedArea[], places: readonly Position[]): readonly NamedArea[] {
  const [west, south, east, north] = boxOf(places);
  return countries.flatMap(({ name, rings }) => {
    const kept = rings.filter((ring) => {
      const box = boxOf(ring);
      return (
        (box[2] - box[0] > 180 || (box[0] <= east && box[2] >= west)) && box[1] <= north && box[3] >= south
      );
    });
    return kept.length === 0 ? [] : [{ name, rings: kept }];
  });
}

type Box = readonly [west: number, south: number, east: number, north: number];

function boxOf(places: readonly (readonly [number, number])[]): Box {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [x, y] of places) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}
