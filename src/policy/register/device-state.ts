import type { DeviceStateName } from '../../protocol/device-state.ts';

/** What the register says of a device, and the newest evidence of it. No state is stored: it follows from these and the instant. */
export type DeviceRecord = {
  readonly lifecycle: string;
  readonly shippedAt: Date | null;
  /** How long after its shipment, and after each proof of it, the next one is owed. */
  readonly dueAfterDays: number;
  /** When the nonce of the newest accepted evidence of the device itself was issued; a host's word for it is none. */
  readonly verifiedAt: Date | null;
  readonly maintenance: { readonly from: Date; readonly until: Date } | null;
};

export type DeviceStanding = {
  readonly state: DeviceStateName;
  /** When a proof is owed, and when the device counts as missing; null where no deadline runs. */
  readonly dueAt: Date | null;
  readonly missingAt: Date | null;
};

/** How long a proof may be overdue. */
export const MISSING_AFTER_DAYS = 14;
const DAY_MS = 86_400_000;

const ENDED: ReadonlyMap<string, DeviceStateName> = new Map([
  ['returned', 'returned'],
  ['transferred', 'transferred'],
  ['retired', 'retired'],
]);

/**
 * The state of a device at an instant. Comparisons are written so that an instant which is none, and so compares false with
 * everything, makes a device missing and never verified; a word that is not known retires it.
 */
export function standingAt(record: DeviceRecord, at: Date): DeviceStanding {
  const { lifecycle, maintenance } = record;
  if (lifecycle !== 'in-service') {
    return { state: ENDED.get(lifecycle) ?? 'retired', dueAt: null, missingAt: null };
  }
  const { dueAt, missingAt, proven } = deadlinesOf(record, at);
  const held = maintenance !== null && maintenance.from <= at && at < maintenance.until;
  if (held) return { state: 'maintenance', dueAt, missingAt };
  if (dueAt === null || missingAt === null) return { state: 'declared', dueAt: null, missingAt: null };
  const onTime = proven ? 'verified' : 'shipped';
  const state = at < dueAt ? onTime : at < missingAt ? 'due' : 'missing';
  return { state, dueAt, missingAt };
}

type Deadlines = { readonly dueAt: Date | null; readonly missingAt: Date | null; readonly proven: boolean };

/** Both run from the shipment, or from the newest proof since; a maintenance that was declared in time puts them off. */
function deadlinesOf(record: DeviceRecord, at: Date): Deadlines {
  const { shippedAt, dueAfterDays, maintenance } = record;
  const verifiedAt = record.verifiedAt !== null && record.verifiedAt <= at ? record.verifiedAt : null;
  const proven = verifiedAt !== null && (shippedAt === null || verifiedAt >= shippedAt);
  const since = proven ? verifiedAt : shippedAt;
  if (since === null) return { dueAt: null, missingAt: null, proven };
  const dueMs = since.getTime() + dueAfterDays * DAY_MS;
  // A maintenance that began after the deadline puts nothing off.
  const putOffMs =
    maintenance !== null && maintenance.from.getTime() <= dueMs ? maintenance.until.getTime() : 0;
  const dueAt = new Date(Math.max(dueMs, putOffMs));
  return { dueAt, missingAt: new Date(dueAt.getTime() + MISSING_AFTER_DAYS * DAY_MS), proven };
}

/** When the state changes next if nobody does or proves anything; null where it does not. */
export function changesAt(record: DeviceRecord, at: Date): Date | null {
  const { dueAt, missingAt } = standingAt(record, at);
  const { maintenance, lifecycle } = record;
  const ends = [
    dueAt,
    missingAt,
    ...(lifecycle === 'in-service' && maintenance !== null ? [maintenance.until] : []),
  ];
  const ahead = ends.flatMap((end) => (end !== null && end > at ? [end.getTime()] : []));
  return ahead.length === 0 ? null : new Date(Math.min(...ahead));
}
