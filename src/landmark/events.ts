import type { Permit, RefusalReason } from '../location/probe/index.ts';
import type { MeasurementOutcome } from './measurement.ts';
import type { TimedResult } from './timed-rounds.ts';

/** Why a datagram got no answer. A closed set: it is a label of metrics. */
export type DropReason = 'malformed' | 'address-rate' | 'total-rate' | 'transcript';

export type EndedMeasurement = {
  readonly outcome: MeasurementOutcome;
  readonly permit: Permit;
  readonly result: TimedResult | null;
  readonly tookMs: number;
};

/** What a landmark tells whoever counts and logs. */
export type LandmarkEvents = {
  readonly began: (permit: Permit) => void;
  readonly ended: (measurement: EndedMeasurement) => void;
  /** @param detail the id of the check that failed, where a permit did */
  readonly refused: (reason: RefusalReason, detail: string | null) => void;
  readonly dropped: (reason: DropReason) => void;
};
