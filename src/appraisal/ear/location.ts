import type { Place } from '../../protocol/facts.ts';
import type { Tier } from './trustworthiness.ts';

/**
 * What latency proved of a host's place, as the claim `sextant.location` has it. AR4SI has no category for a place, so the
 * submodule has a status and no vector.
 */
export type EarLocation = {
  readonly verdict: Place['verdict'];
  readonly grade: Place['grade'];
  /** How many lying operators of landmarks it survives; null where nothing was proven. */
  readonly f: number | null;
  /** What the verdict is about, by name: the authorised area, or the forbidden one. */
  readonly area: string;
  /** Of the smallest circle around every point that is still possible, in whole metres, rounded up; null where there is none. */
  readonly radius: number | null;
  /** How many landmarks' receipts counted. */
  readonly anchors: number;
  /** When the last of them was measured: RFC 3339, UTC. */
  readonly measuredAt: string;
};

const STATUS: { readonly [V in Place['verdict']]: Tier } = {
  unmeasured: 'none',
  inconclusive: 'none',
  inconsistent: 'warning',
  'proven-outside': 'contraindicated',
  'proven-inside': 'affirming',
};

export function locationStatus({ verdict }: EarLocation): Tier {
  return STATUS[verdict];
}
