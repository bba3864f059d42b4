import { dropSchedule, hastenSchedule, putSchedule } from '../../store/events/schedules.ts';
import type { Tx } from '../../store/port.ts';

/** What is looked at again by itself; each has its job (jobs.ts). */
export type ScheduleKind =
  | 'facility'
  | 'outage'
  | 'verifier-outage'
  | 'adopt-facilities'
  | 'incident'
  | 'challenge'
  | 'devices'
  | 'licence'
  | 'grants'
  | 'walk-licences'
  | 'adopt-licences'
  | 'heartbeat'
  | 'proofs'
  | 'retention';

/** Sets when something is looked at, in the unit of work of whatever makes that so. */
export async function schedule(
  tx: Tx,
  kind: ScheduleKind,
  subject: string,
  due: Date,
  state: string | null = null,
): Promise<void> {
  await tx.run(putSchedule, { kind, subject, due_ms: due.getTime(), state });
}

/** Brings the next look forward, if there is to be one. */
export async function hasten(tx: Tx, kind: ScheduleKind, subject: string, due: Date): Promise<void> {
  await tx.run(hastenSchedule, { kind, subject, dueMs: due.getTime() });
}

export async function unschedule(tx: Tx, kind: ScheduleKind, subject: string): Promise<void> {
  await tx.run(dropSchedule, { kind, subject });
}
