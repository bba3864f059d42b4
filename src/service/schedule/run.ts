import {
  dueSchedules,
  endSchedule,
  leaseSchedule,
  releaseSchedule,
  renewSchedule,
} from '../../store/events/schedules.ts';
import type { ScheduleTable } from '../../store/events/tables.ts';
import type { Context } from '../context.ts';
import type { ScheduleKind } from './schedule.ts';

/** When to look again, and what to know then; null for never. */
export type NextLook = { readonly due: Date; readonly state?: string | null } | null;

/**
 * Looks at one subject. It may run again after a process was killed, or beside another that took too long, so that it must find
 * out by itself what is left to do; what it writes, it writes in units of work of its own.
 */
export type Job = (context: Context, row: Pick<ScheduleTable, 'subject' | 'state'>) => Promise<NextLook>;

export type Jobs = { readonly [K in ScheduleKind]: Job };

/** How many are looked at in one go, however many are due. */
export const MOST_AT_ONCE = 50;
const LEASE_MS = 60_000;
/** After a job failed. */
const AGAIN_MS = 60_000;

/**
 * Looks at what is due, the longest overdue first, at most {@link MOST_AT_ONCE} of it. Each is leased, so that processes share
 * the work; where somebody asks for another look meanwhile, their instant stands.
 *
 * @returns how many were looked at: as many as at most means that there is more
 * @throws AvailabilityError `store_unavailable`, `overloaded`
 */
export async function runDue(context: Context, jobs: Jobs): Promise<number> {
  const nowMs = context.clock().getTime();
  const rows = await context.store.read((view) => view.all(dueSchedules, { nowMs, limit: MOST_AT_ONCE }));
  for (const row of rows) await runOne(context, jobs, row);
  return rows.length;
}

async function runOne(context: Context, jobs: Jobs, row: ScheduleTable): Promise<void> {
  const { kind, subject, version } = row;
  const nowMs = context.clock().getTime();
  const leased = await context.store.write((tx) =>
    tx.run(leaseSchedule, { kind, subject, nowMs, untilMs: nowMs + LEASE_MS }),
  );
  if (leased === 0) return;
  const next = await attempt(context, jobs, row);
  await context.store.write(async (tx) => {
    const changed =
      next === null
        ? await tx.run(endSchedule, { kind, subject, version })
        : await tx.run(renewSchedule, {
            kind,
            subject,
            version,
            dueMs: next.due.getTime(),
            state: next.state ?? null,
          });
    if (changed === 0) await tx.run(releaseSchedule, { kind, subject });
  });
}

async function attempt(context: Context, jobs: Jobs, row: ScheduleTable): Promise<NextLook> {
  const job: Job | undefined = jobs[row.kind as ScheduleKind]; // another version of this program may know other kinds
  try {
    if (job !== undefined) return await job(context, row);
    context.log.warn({ kind: row.kind }, 'something is due that this version does not know');
  } catch (error) {
    context.log.error({ err: error, kind: row.kind, subject: row.subject }, 'what was due failed');
  }
  return { due: new Date(context.clock().getTime() + AGAIN_MS), state: row.state };
}
