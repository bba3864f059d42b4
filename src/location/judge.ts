import { containment } from './containment.ts';
import { provenCountry } from './country.ts';
import { coverOf, extentOf } from './cover.ts';
import { type Jurisdictions, labelsOf, otherLabels } from './jurisdictions.ts';
import type { Region } from './region.ts';

/** What a region proves of some countries together, in the land-only reading. */
export type AreaJudgement = {
  readonly verdict: 'proven-inside' | 'proven-outside' | 'inconclusive' | 'inconsistent';
  /** The countries asked about, or the one that is proven where none were; empty where nothing was asked or proven. */
  readonly countries: readonly string[];
  /** Another country that is still possible, where nothing is proven; null where none is known. */
  readonly elsewhere: string | null;
  /** Of a ball around the region, metres; null for an empty one. */
  readonly radiusMeters: number | null;
};

/**
 * Judges whether a region lies in some countries, taken as one area; without any, whether it lies in one country,
 * whichever that is.
 */
export function judgeCountries(
  region: Region,
  jurisdictions: Jurisdictions,
  asked: readonly string[],
): AreaJudgement {
  const radiusMeters = extentOf(coverOf(region))?.radiusMeters ?? null;
  if (asked.length === 0) {
    const { verdict, provenCountry: country, alsoPossible } = provenCountry(region, jurisdictions);
    return {
      verdict: verdict === 'proven' ? 'proven-inside' : verdict,
      countries: country === null ? [] : [country],
      elsewhere: alsoPossible,
      radiusMeters,
    };
  }
  const inside = labelsOf(jurisdictions, new Set(asked));
  const result = containment(region, jurisdictions.geography, inside, otherLabels(inside, 'land-only'));
  const elsewhere =
    result.verdict === 'inconclusive' && result.elsewhere !== null
      ? (jurisdictions.codes[result.elsewhere.label] ?? null)
      : null;
  return { verdict: result.verdict, countries: asked, elsewhere, radiusMeters };
}
