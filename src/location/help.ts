import type { Help } from '../protocol/location.ts';
import type { AuthorisedArea } from './authorised-area.ts';
import { proofAt, type WeighedMeasurement } from './grade-proof.ts';
import type { Standing } from './standing.ts';
import { chordMeters, type Place, toEcef } from './wgs84.ts';

/** A landmark looks at the nearest first; the farther ones help no better. */
const MAX_CANDIDATES = 8;
/** Distances at which a landmark that does not exist yet is tried. */
const DISTANCES_METERS = [300_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000] as const;
/** Light in straight fibre needs this for a metre and back, nanoseconds, at a group index of 1.468. */
const NANOS_PER_METER = (2 * 1.468) / 0.299_792_458;
/** What good networks take besides, between neighbours: the 25th percentile of 0.65 ms (docs/location.md). */
const EXCESS_NANOS = 650_000;

export type Wanting = {
  readonly area: AuthorisedArea;
  readonly measured: readonly WeighedMeasurement[];
  /** Landmarks that count. */
  readonly standings: readonly Standing[];
  /** Where the host is said to stand: the middle of its facility. */
  readonly near: Place;
};

/**
 * Which further landmark would help: one of the registry if any would, else where one would have to stand. It is what a good
 * network would make of it, and proves nothing. Null where one more does not suffice.
 */
export function helpFor(wanting: Wanting): Help | null {
  const { measured, standings, near } = wanting;
  const at = toEcef(near);
  const asked = new Set(measured.map(({ landmarkId }) => landmarkId));
  const others = standings
    .filter(({ landmark, tolerance }) => !asked.has(landmark.id) && tolerance.B !== null)
    .map((standing) => ({ standing, distance: chordMeters(at, toEcef(standing.landmark.place)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_CANDIDATES);
  for (const { standing, distance } of others) {
    if (suffices(wanting, imagined(standing, distance))) {
      return { kind: 'landmark', landmarkId: standing.landmark.id };
    }
  }
  const withinMeters = DISTANCES_METERS.find((meters) => suffices(wanting, newcomer(near, meters)));
  return withinMeters === undefined ? null : { kind: 'place', near, withinMeters };
}

/** For a G3: grade B at least, with one liar among them. */
function suffices({ measured, area }: Wanting, more: WeighedMeasurement): boolean {
  return (proofAt([...measured, more], 'B', area).inside ?? 0) >= 1;
}

function imagined({ landmark, controlGroup, tolerance }: Standing, distance: number): WeighedMeasurement {
  const { id: landmarkId, place, uncertaintyMeters } = landmark;
  const minRttNanos = Math.ceil(distance * NANOS_PER_METER) + EXCESS_NANOS;
  return {
    landmarkId,
    controlGroup,
    place,
    uncertaintyMeters,
    minRttNanos,
    clockErrorPpm: 100,
    tolerance,
  };
}

/** Of an operator that has no landmark yet. It stands where the host does; that it may be farther away is in its round trip. */
function newcomer(place: Place, withinMeters: number): WeighedMeasurement {
  const minRttNanos = Math.ceil(withinMeters * NANOS_PER_METER) + EXCESS_NANOS;
  const tolerance = { A: null, B: Number.POSITIVE_INFINITY };
  const about = { landmarkId: '', controlGroup: '', place, uncertaintyMeters: 1, clockErrorPpm: 100 };
  return { ...about, minRttNanos, tolerance };
}
