import type { Geography } from './geography.ts';
import type { Region } from './region.ts';
import { DEFAULT_LIMITS, findInRegion, type SearchLimits } from './search.ts';
import type { Place } from './wgs84.ts';

/**
 * What a region proves of an area. `proven-inside` and `proven-outside` are proofs; `inconsistent` says that no point of
 * the Earth satisfies the measurements, which proves nothing but that some of them are wrong.
 */
export type Containment =
  | { readonly verdict: 'proven-inside' }
  | { readonly verdict: 'proven-outside' }
  | { readonly verdict: 'inconsistent' }
  /** `elsewhere` is a place outside the area where the host may have been, with its label; null where it is undecided. */
  | { readonly verdict: 'inconclusive'; readonly elsewhere: { place: Place; label: number } | null };

/**
 * Whether every point that is still possible lies inside an area.
 *
 * An empty region lies inside everything, and proves nothing: it takes a point of the area that is possible, and none
 * outside. Whatever the search leaves undecided is inconclusive.
 *
 * @param inside by label: 1 for the area
 * @param outside by label: 1 for what must be excluded; labels in neither (water, in a land-only reading) do not count
 */
export function containment(
  region: Region,
  geography: Geography,
  inside: Uint8Array,
  outside: Uint8Array,
  limits: SearchLimits = DEFAULT_LIMITS,
): Containment {
  const within = findInRegion(region, geography, inside, limits);
  if (within.outcome === 'none') {
    const anywhere = findInRegion(region, geography, new Uint8Array(inside.length).fill(1), limits);
    if (anywhere.outcome === 'found') return { verdict: 'proven-outside' };
    return anywhere.outcome === 'none'
      ? { verdict: 'inconsistent' }
      : { verdict: 'inconclusive', elsewhere: null };
  }
  if (within.outcome === 'undecided') return { verdict: 'inconclusive', elsewhere: null };
  const without = findInRegion(region, geography, outside, limits);
  if (without.outcome === 'none') return { verdict: 'proven-inside' };
  if (without.outcome === 'undecided') return { verdict: 'inconclusive', elsewhere: null };
  const { place, label } = without;
  return { verdict: 'inconclusive', elsewhere: { place, label } };
}
