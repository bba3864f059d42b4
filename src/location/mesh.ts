import { boundOf } from './bound.ts';
import type { Landmark, MeshPair } from './landmark.ts';
import { chordMeters, toEcef } from './wgs84.ts';

/** Two landmarks that cannot both stand where they say and tell the truth. */
export type Contradiction = {
  readonly from: string;
  readonly to: string;
  /** What light could have covered, uncertainties and margins included. */
  readonly reachMeters: number;
  readonly distanceMeters: number;
};

/**
 * The pairs that answered faster than light allows between the places that they state (grade A, physics alone). Each means
 * that one of the two lies or stands elsewhere; it does not say which. Catches who claims to be far from where it is, units
 * that were mistaken, and one-way figures given as round trips; never one that only looks slow.
 */
export function contradictions(
  landmarks: ReadonlyMap<string, Landmark>,
  pairs: readonly MeshPair[],
): Contradiction[] {
  return pairs.flatMap((pair) => {
    const [a, b] = [landmarks.get(pair.from), landmarks.get(pair.to)];
    if (a === undefined || b === undefined || pair.from === pair.to) return [];
    const spans = spansOf(a, b, pair);
    return spans.distanceMeters > spans.reachMeters ? [{ from: pair.from, to: pair.to, ...spans }] : [];
  });
}

/** What light could have covered between two landmarks, and how far apart they say that they stand. */
export function spansOf(
  a: Landmark,
  b: Landmark,
  { from, minRttNanos, clockErrorPpm }: MeshPair,
): Pick<Contradiction, 'reachMeters' | 'distanceMeters'> {
  const { radiusMeters } = boundOf(
    {
      landmarkId: from,
      controlGroup: from,
      place: a.place,
      uncertaintyMeters: a.uncertaintyMeters + b.uncertaintyMeters,
      minRttNanos,
      clockErrorPpm,
    },
    'A',
  );
  return { reachMeters: radiusMeters, distanceMeters: chordMeters(toEcef(a.place), toEcef(b.place)) };
}
