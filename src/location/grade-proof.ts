import type { AuthorisedArea } from './authorised-area.ts';
import { boundOf, type Grade, type Measurement } from './bound.ts';
import type { Containment } from './containment.ts';
import { type Region, regionOf } from './region.ts';
import { MAX_TOLERANCE, type PlaceTolerance } from './standing.ts';

/** A landmark's measurement of a host, and how far the landmark itself is to be believed. */
export type WeighedMeasurement = Measurement & {
  /** Of how many lying groups the landmark's own place is independent. */
  readonly tolerance: PlaceTolerance;
};

/** What measurements prove of an area at one grade. */
export type GradeProof = {
  /** The highest f at which every possible point is inside; null where there is none. */
  readonly inside: number | null;
  /** The highest f at which every possible point is outside and far from it; null where there is none. */
  readonly outside: number | null;
  /** Whether no point is possible if nobody lies. */
  readonly contradicts: boolean;
  /** At the least f that leaves a possible point: what was found there. */
  readonly first: { readonly f: number; readonly found: Containment } | null;
};

/**
 * The region at one grade and f. A landmark whose own place would not survive f liars is left out: with f liars it could stand
 * anywhere. So whatever is possible at f is possible at f + 1 too.
 */
export function regionAt(measured: readonly WeighedMeasurement[], grade: Grade, f: number): Region {
  const counting = measured.filter(({ tolerance }) => (tolerance[grade] ?? -1) >= Math.max(f, 1));
  return regionOf(
    counting.map((measurement) => boundOf(measurement, grade)),
    f,
  );
}

/** Asks the area at f = 0, 1, ... until something outside and something inside are possible: more liars only add to both. */
export function proofAt(
  measured: readonly WeighedMeasurement[],
  grade: Grade,
  area: AuthorisedArea,
): GradeProof {
  let proof: GradeProof = { inside: null, outside: null, contradicts: false, first: null };
  for (let f = 0; f <= MAX_TOLERANCE; f++) {
    const region = regionAt(measured, grade, f);
    // With no more groups than liars every point of the Earth is possible.
    if (groupsIn(region) <= f) break;
    const found = area.containment(region);
    if (found.verdict === 'inconsistent') {
      proof = { ...proof, contradicts: proof.contradicts || f === 0 };
      continue;
    }
    proof = { ...proof, first: proof.first ?? { f, found } };
    if (found.verdict === 'inconclusive') break;
    if (found.verdict === 'proven-inside') proof = { ...proof, inside: f };
    else if (area.isFarFrom(region)) proof = { ...proof, outside: f };
    else break;
  }
  return proof;
}

export function groupsIn({ groupOf }: Region): number {
  return (groupOf.at(-1) ?? -1) + 1;
}
