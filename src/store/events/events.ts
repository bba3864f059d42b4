import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { EventTable } from './tables.ts';

/** Appends one with the next sequence number. The newest event is never deleted: its number would be given again. */
export const insertEvent = statement((db, hole: Hole<Omit<EventTable, 'sequence'>>) =>
  db.insertInto('event').values((row) => ({
    sequence: row
      .selectFrom('event')
      .select((of) =>
        of(of.fn.coalesce(of.fn.max('event.sequence'), of.lit(0)), '+', of.lit(1)).as('sequence'),
      ),
    id: hole('id'),
    tenant: hole('tenant'),
    type: hole('type'),
    subject: hole('subject'),
    at_ms: hole('at_ms'),
    body: hole('body'),
  })),
);

/** The highest sequence number. */
export const lastEvent = statement((db) =>
  db.selectFrom('event').select('sequence').orderBy('sequence', 'desc').limit(1),
);

export const eventsAfter = statement((db, hole: Hole<{ after: number; limit: number }>) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('sequence', '>', hole('after'))
    .orderBy('sequence')
    .limit(hole('limit')),
);

export const eventsOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: number; limit: number }>) =>
    db
      .selectFrom('event')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('sequence', '>', hole('after'))
      .orderBy('sequence')
      .limit(hole('limit')),
);
