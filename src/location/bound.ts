import { type Ecef, type Place, toEcef } from './wgs84.ts';

/**
 * How fast a signal may have travelled, metres a nanosecond. A: the speed of light in vacuum, unconditional physics. B:
 * 0.69 of it, which solid glass fibre does not exceed; hollow-core fibre, radio and lasers are excluded by assumption.
 */
const SPEEDS = { A: 0.299_792_458, B: 0.299_792_458 * 0.69 } as const;
export type Grade = keyof typeof SPEEDS;

/**
 * Bounds are chords between points of the ellipsoid, hosts and landmarks stand above or below it. Moving a point that is
 * above onto the ellipsoid, a convex body, shortens no bound; moving one up from a depth d lengthens a chord by d/R at
 * most. Six kilometres, deeper than any mine, are 0.1 %.
 */
const DEPTH_MARGIN = 1.001;

/** What one landmark proves: the host was within `radiusMeters` of it, if it tells the truth and stands where it says. */
export type Bound = {
  readonly landmarkId: string;
  /** Operator, host company or site: landmarks of one group may lie together, and count once. */
  readonly controlGroup: string;
  readonly center: Ecef;
  /** A chord, margins included. */
  readonly radiusMeters: number;
};

export type Measurement = {
  readonly landmarkId: string;
  readonly controlGroup: string;
  readonly place: Place;
  /** How far the landmark may stand from `place`. */
  readonly uncertaintyMeters: number;
  /** The least of all valid rounds, whole nanoseconds. */
  readonly minRttNanos: number;
  /** How much the landmark's clock may be off, parts per million. */
  readonly clockErrorPpm: number;
};

/**
 * The bound that follows from a measurement: half the round trip at the grade's speed, the clock's error and the
 * landmark's uncertainty added. Never less than what physics allows; delay only widens it.
 *
 * @throws RangeError for a figure that is not finite or below zero: it would bound nothing, or everything
 */
export function boundOf(measurement: Measurement, grade: Grade): Bound {
  const { landmarkId, controlGroup, place, uncertaintyMeters, minRttNanos, clockErrorPpm } = measurement;
  for (const figure of [uncertaintyMeters, minRttNanos, clockErrorPpm]) {
    if (!(figure >= 0 && Number.isFinite(figure))) throw new RangeError(`not a measurement: ${figure}`);
  }
  const travelled = (SPEEDS[grade] / 2) * minRttNanos * (1 + clockErrorPpm / 1e6);
  return {
    landmarkId,
    controlGroup,
    center: toEcef(place),
    radiusMeters: (travelled + uncertaintyMeters) * DEPTH_MARGIN,
  };
}

/** The least round trip over a straight line of so many metres, nanoseconds, at the grade's speed: what physics takes. */
export function nanosFor(meters: number, grade: Grade): number {
  return (2 * meters) / SPEEDS[grade];
}
