import { dropSchedule, putSchedule } from '../../store/events/schedules.ts';
import type { Tx } from '../../store/port.ts';

/** What is looked at again by itself; each has its job (jobs.ts). */
export type ScheduleKind = 'incident';

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

export async function unschedule(tx: Tx, kind: ScheduleKind, subject: string): Promise<void> {
  await tx.run(dropSchedule, { kind, subject });
}
