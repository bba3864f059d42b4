import type { Bound } from './bound.ts';
import { excludedCountries, provenCountry } from './country.ts';
import { type Jurisdictions, labelsOf, otherLabels } from './jurisdictions.ts';
import { type Region, regionOf } from './region.ts';
import { findInRegion } from './search.ts';
import type { Place } from './wgs84.ts';

/** What is asked of a host: to be proven inside one country, or in none of several. */
export type Question =
  | { readonly kind: 'inside'; readonly country: string }
  | { readonly kind: 'in-none-of'; readonly countries: readonly string[] };

/**
 * Why another analysis of the same measurements answers a question otherwise. Each is found by asking again with that one
 * assumption changed:
 *
 * - `surface`: it measures along the Earth's surface; straight through the Earth, which nothing undercuts, more is possible
 * - `margin`: the tenth of a percent for depth and height decides
 * - `witness`: a place remains possible that it missed, whatever the assumptions
 * - `exhausted`: it left open what a search of every cell rules out
 */
export type Reason = {
  readonly reason: 'surface' | 'margin' | 'witness' | 'exhausted';
  /** A possible place that stands in the way here, and its country; null where the proof is ours. */
  readonly witness: { readonly place: Place; readonly country: string } | null;
  /** Where the proof is ours: by how many percent all bounds would have to be longer for it to fall; null elsewhere. */
  readonly slackPercent: number | null;
};

const EARTH_METERS = 6_371_009;
const DEPTH_MARGIN = 1.001;
const MOST_SLACK_PERCENT = 100;

/** Whether a region answers a question with a proof. */
export function isProven(region: Region, jurisdictions: Jurisdictions, question: Question): boolean {
  if (question.kind === 'inside')
    return provenCountry(region, jurisdictions).provenCountry === question.country;
  const { countries } = question;
  return excludedCountries(region, jurisdictions, countries).length === countries.length;
}

/** Explains why a question is proven here and not there, or there and not here. */
export function explainDifference(
  { bounds, tolerance }: Region,
  jurisdictions: Jurisdictions,
  question: Question,
): Reason {
  const asks = (change: (radiusMeters: number) => number): boolean => {
    const changed = bounds.map((bound): Bound => ({ ...bound, radiusMeters: change(bound.radiusMeters) }));
    return isProven(regionOf(changed, tolerance), jurisdictions, question);
  };
  if (asks((radius) => radius)) {
    let [holds, falls] = [0, MOST_SLACK_PERCENT];
    while (falls - holds > 0.01) {
      const middle = (holds + falls) / 2;
      if (asks((radius) => radius * (1 + middle / 100))) holds = middle;
      else falls = middle;
    }
    return { reason: 'exhausted', witness: null, slackPercent: Math.round(holds * 100) / 100 };
  }
  const witness = witnessOf(regionOf(bounds, tolerance), jurisdictions, question);
  const without = (radius: number): number => radius / DEPTH_MARGIN;
  const along = (radius: number): number =>
    2 * EARTH_METERS * Math.sin(Math.min(Math.PI / 2, without(radius) / (2 * EARTH_METERS)));
  const reason = asks(without) ? 'margin' : asks(along) ? 'surface' : 'witness';
  return { reason, witness, slackPercent: null };
}

/** A possible place that keeps the question from being proven. */
function witnessOf(region: Region, jurisdictions: Jurisdictions, question: Question): Reason['witness'] {
  const { geography, codes } = jurisdictions;
  const wanted =
    question.kind === 'inside'
      ? otherLabels(labelsOf(jurisdictions, new Set([question.country])), 'land-only')
      : labelsOf(jurisdictions, new Set(question.countries));
  const found = findInRegion(region, geography, wanted);
  return found.outcome === 'found' ? { place: found.place, country: codes[found.label] ?? '' } : null;
}
