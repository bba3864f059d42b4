import type { DecidedDevice, Decision, Verdict } from '../../protocol/decision.ts';
import { LEVELS, type Level, type Weakness } from '../../protocol/facts.ts';
import type { GrantedDevice } from '../../protocol/grant.ts';
import type { Gathered } from '../decision/gather.ts';
import { leaseSecondsOf } from './lease.ts';

/** One host with the devices that a decision allows on it: what a grant will be of. */
export type HostToGrant = {
  readonly hostId: string;
  readonly devices: readonly GrantedDevice[];
  /** Whole seconds: the earliest end of what was decided of these devices, and of the lease. */
  readonly until: Date;
  /** Of the weakest of them. */
  readonly level: Level;
  readonly waived: readonly Weakness[];
};

/**
 * The hosts of an allowed use, each with its own end: one whose evidence ends soon shortens nobody else's grant.
 * Empty for a denial and for an allocation.
 */
export function hostsToGrant(
  { licence, devices }: Pick<Gathered, 'licence' | 'devices'>,
  decision: Pick<Verdict, 'outcome' | 'devices'> & Pick<Decision, 'at'>,
): HostToGrant[] {
  if (decision.outcome !== 'allow') return [];
  const leaseEndMs = Date.parse(decision.at) + leaseSecondsOf(licence.conditions) * 1000;
  const rows = new Map(decision.devices.map((row) => [row.id, row]));
  const byHost = Map.groupBy(devices, ({ hostId }) => hostId);
  return [...byHost].flatMap(([hostId, held]) => {
    const decided = held.flatMap(({ id }) => rows.get(id) ?? []);
    // The gate denies a device without a host, and decides about each; were it otherwise, nothing is granted for it.
    if (hostId === null || decided.length < held.length) return [];
    return [
      {
        hostId,
        devices: held.map(({ id, kind, model }) => ({ id, kind, model })),
        until: endOf(decided, leaseEndMs),
        level: weakest(decided),
        waived: [...new Set(decided.flatMap(({ waived }) => waived))].sort(),
      },
    ];
  });
}

/** An end that is missing is one that has passed. */
function endOf(decided: readonly DecidedDevice[], leaseEndMs: number): Date {
  const ends = decided.map(({ validUntil }) => Date.parse(validUntil ?? '') || 0);
  return new Date(Math.floor(Math.min(leaseEndMs, ...ends) / 1000) * 1000);
}

function weakest(decided: readonly DecidedDevice[]): Level {
  const order = decided.map(({ level }) => LEVELS.indexOf(level ?? 'G0'));
  return LEVELS[Math.min(...order)] ?? 'G0';
}
