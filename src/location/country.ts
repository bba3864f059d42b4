import { containment } from './containment.ts';
import { NOWHERE } from './geography.ts';
import { type Jurisdictions, labelsOf, otherLabels } from './jurisdictions.ts';
import type { Region } from './region.ts';
import { findInRegion } from './search.ts';

/** Which one country a region proves, in the land-only reading. */
export type CountryProof = {
  /** The one country that holds every point of land where the host may have been; null where there is none. */
  readonly provenCountry: string | null;
  readonly verdict: 'proven' | 'inconclusive' | 'inconsistent';
  /** Another country that is still possible, where none is proven. */
  readonly alsoPossible: string | null;
};

/** The country of any possible point of land is the only one that can be proven. */
export function provenCountry(region: Region, jurisdictions: Jurisdictions): CountryProof {
  const { geography, codes } = jurisdictions;
  const land = Uint8Array.from(codes, (_, label) => (label === NOWHERE ? 0 : 1));
  const any = findInRegion(region, geography, land);
  if (any.outcome !== 'found') {
    const everything = findInRegion(region, geography, new Uint8Array(codes.length).fill(1));
    const verdict = everything.outcome === 'none' ? 'inconsistent' : 'inconclusive';
    return { provenCountry: null, verdict, alsoPossible: null };
  }
  const code = codes[any.label] ?? '';
  const inside = labelsOf(jurisdictions, new Set([code]));
  const result = containment(region, geography, inside, otherLabels(inside, 'land-only'));
  if (result.verdict === 'proven-inside')
    return { provenCountry: code, verdict: 'proven', alsoPossible: null };
  const elsewhere = result.verdict === 'inconclusive' ? result.elsewhere : null;
  const alsoPossible = elsewhere === null ? null : (codes[elsewhere.label] ?? null);
  return { provenCountry: null, verdict: 'inconclusive', alsoPossible };
}

/**
 * Those of some countries in which no possible point lies. An empty region has no point in any, and proves nothing by it:
 * without a point that is known to be possible there is no answer.
 */
export function excludedCountries(
  region: Region,
  jurisdictions: Jurisdictions,
  countries: readonly string[],
): readonly string[] {
  const { geography, codes } = jurisdictions;
  if (findInRegion(region, geography, new Uint8Array(codes.length).fill(1)).outcome !== 'found') return [];
  return countries.filter((code) => {
    const wanted = labelsOf(jurisdictions, new Set([code]));
    return findInRegion(region, geography, wanted).outcome === 'none';
  });
}
