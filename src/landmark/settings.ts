import type { KeyObject } from 'node:crypto';
import type { Rate } from '../bytes/token-buckets.ts';
import type { Endpoint, PermitKey } from '../location/probe/index.ts';
import type { Place } from '../location/wgs84.ts';
import type { RoundTiming } from './timed-rounds.ts';

/** What a landmark is: everything that its receipts state and its registration must repeat. */
export type LandmarkIdentity = {
  readonly id: string;
  /** Ed25519. */
  readonly key: KeyObject;
  readonly place: Place;
  /** How far it may stand from `place`, whole metres, at least 1. */
  readonly uncertaintyMeters: number;
  /** By how much its monotonic clock may be off, whole parts per million. */
  readonly clockErrorPpm: number;
};

export type LandmarkOptions = {
  readonly identity: LandmarkIdentity;
  /** Where it listens; port 0 takes any free one. */
  readonly listen: readonly Endpoint[];
  /** The permit keys that count now, by key id. */
  readonly permitKeys: () => ReadonlyMap<string, PermitKey>;
  readonly limits?: Partial<LandmarkLimits>;
};

export type LandmarkLimits = {
  readonly clockSkewMs: number;
  /** Measurements under way at once; more would queue in each other's round trips. */
  readonly maxMeasurements: number;
  /** Opening messages, from whatever address they claim to come. */
  readonly opensByAddress: Rate;
  readonly opensInTotal: Rate;
  /** Hellos from addresses that proved themselves: each costs two signatures. */
  readonly hellosByAddress: Rate;
  readonly hellosInTotal: Rate;
  readonly timing: RoundTiming;
};

/** Documented in docs/landmark.md. */
export const LANDMARK_DEFAULTS: LandmarkLimits = {
  clockSkewMs: 5_000,
  maxMeasurements: 64,
  opensByAddress: { perSecond: 10, burst: 40 },
  opensInTotal: { perSecond: 2_000, burst: 4_000 },
  hellosByAddress: { perSecond: 5, burst: 20 },
  hellosInTotal: { perSecond: 200, burst: 400 },
  timing: { timeoutMs: 1_000, leastMs: 25, pauseMs: 40 },
};
