import { useMemo } from 'react';
import { countriesOf } from '../../../location/jurisdictions.ts';
import type { Position } from '../../../protocol/outline.ts';
import { useAtlas } from '../../parts/map/index.ts';

const NONE: readonly Position[] = [];

/** Corners of a country's longest border, to frame a map by: without what lies across the sea. None before the map is here. */
export function useCountryPlaces(code: string): readonly Position[] {
  const atlas = useAtlas('coarse', code !== '');
  return useMemo(() => {
    if (atlas === undefined || code === '') return NONE;
    const rings = countriesOf(atlas).flatMap(({ name, rings: own }) => (name === code ? own : []));
    return rings.reduce<readonly Position[]>(
      (longest, ring) => (ring.length > longest.length ? ring : longest),
      NONE,
    );
  }, [atlas, code]);
}
