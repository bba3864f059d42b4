import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { ScheduleTable } from './tables.ts';

type Key = { kind: string; subject: string };

/** What is due and nobody is at, the longest overdue first. */
export const dueSchedules = statement((db, hole: Hole<{ nowMs: number; limit: number }>) =>
  db
    .selectFrom('schedule')
    .selectAll()
    .where('due_ms', '<=', hole('nowMs'))
    .where('lease_until_ms', '<=', hole('nowMs'))
    .orderBy('due_ms')
    .limit(hole('limit')),
);

export const scheduleOf = statement((db, hole: Hole<Key>) =>
  db
    .selectFrom('schedule')
    .selectAll()
    .where('kind', '=', hole('kind'))
    .where('subject', '=', hole('subject')),
);

/** Sets when something is looked at, whatever was said before. */
export const putSchedule = statement((db, hole: Hole<Key & Pick<ScheduleTable, 'due_ms' | 'state'>>) =>
  db
    .insertInto('schedule')
    .values({
      kind: hole('kind'),
      subject: hole('subject'),
      due_ms: hole('due_ms'),
      lease_until_ms: 0,
      version: 1,
      state: hole('state'),
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).doUpdateSet((row) => ({
        due_ms: hole('due_ms'),
        state: hole('state'),
        version: row('schedule.version', '+', 1),
      })),
    ),
);

/** Brings forward what is there and would be looked at later. */
export const hastenSchedule = statement((db, hole: Hole<Key & { dueMs: number }>) =>
  db
    .updateTable('schedule')
    .set((row) => ({
      due_ms: row.case().when('due_ms', '>', hole('dueMs')).then(hole('dueMs')).else(row.ref('due_ms')).end(),
      version: row('version', '+', 1),
    }))
    .where('kind', '=', hole('kind'))
    .where('subject', '=', hole('subject')),
);

export const dropSchedule = statement((db, hole: Hole<Key>) =>
  db.deleteFrom('schedule').where('kind', '=', hole('kind')).where('subject', '=', hole('subject')),
);

/** Changes no row where somebody else was first. */
export const leaseSchedule = statement((db, hole: Hole<Key & { nowMs: number; untilMs: number }>) =>
  db
    .updateTable('schedule')
    .set({ lease_until_ms: hole('untilMs') })
    .where('kind', '=', hole('kind'))
    .where('subject', '=', hole('subject'))
    .where('lease_until_ms', '<=', hole('nowMs')),
);

export const releaseSchedule = statement((db, hole: Hole<Key>) =>
  db
    .updateTable('schedule')
    .set({ lease_until_ms: 0 })
    .where('kind', '=', hole('kind'))
    .where('subject', '=', hole('subject')),
);

/** Sets the next look where nobody has asked again meanwhile; changes no row where somebody did. */
export const renewSchedule = statement(
  (db, hole: Hole<Key & { version: number; dueMs: number; state: string | null }>) =>
    db
      .updateTable('schedule')
      .set({ due_ms: hole('dueMs'), lease_until_ms: 0, state: hole('state') })
      .where('kind', '=', hole('kind'))
      .where('subject', '=', hole('subject'))
      .where('version', '=', hole('version')),
);

export const endSchedule = statement((db, hole: Hole<Key & { version: number }>) =>
  db
    .deleteFrom('schedule')
    .where('kind', '=', hole('kind'))
    .where('subject', '=', hole('subject'))
    .where('version', '=', hole('version')),
);
