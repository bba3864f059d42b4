import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LegalHoldTable } from './tables.ts';

export const insertLegalHold = statement(
  (
    db,
    hole: Hole<
      Pick<LegalHoldTable, 'id' | 'subject' | 'reason' | 'placed_by' | 'placed_at_ms' | 'leaf_index'>
    >,
  ) =>
    db.insertInto('legal_hold').values({
      id: hole('id'),
      subject: hole('subject'),
      reason: hole('reason'),
      placed_by: hole('placed_by'),
      placed_at_ms: hole('placed_at_ms'),
      lifted_by: null,
      lifted_at_ms: null,
      lifted_reason: null,
      leaf_index: hole('leaf_index'),
    }),
);

export const legalHoldById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('legal_hold').selectAll().where('id', '=', hole('id')),
);

export const legalHoldsAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('legal_hold').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

/** Few, and each read once for a pass of deletion. */
export const openLegalHolds = statement((db) =>
  db.selectFrom('legal_hold').select(['id', 'subject']).where('lifted_at_ms', 'is', null).orderBy('id'),
);

/** Changes no row where it was lifted before. */
export const liftLegalHold = statement(
  (db, hole: Hole<{ id: string; by: string; nowMs: number; reason: string; leafIndex: number }>) =>
    db
      .updateTable('legal_hold')
      .set({
        lifted_by: hole('by'),
        lifted_at_ms: hole('nowMs'),
        lifted_reason: hole('reason'),
        leaf_index: hole('leafIndex'),
      })
      .where('id', '=', hole('id'))
      .where('lifted_at_ms', 'is', null),
);

/** Changes with every hold that is placed or lifted, and with every incident that is opened or closed. */
export const holdStamp = statement((db) =>
  db
    .selectFrom('log_head')
    .select((row) => [
      row
        .selectFrom('legal_hold')
        .select((of) => of.fn.coalesce(of.fn.max('legal_hold.leaf_index'), of.lit(-1)).as('leaf'))
        .as('holds'),
      row
        .selectFrom('incident')
        .select((of) => of.fn.coalesce(of.fn.max('incident.leaf_index'), of.lit(-1)).as('leaf'))
        .as('incidents'),
    ])
    .where('id', '=', 1),
);

/** Incidents that nobody has closed. */
export const openIncidents = statement((db) =>
  db.selectFrom('incident').select(['id', 'subjects']).where('open_key', 'is not', null).orderBy('id'),
);

/** Hosts whose claim to a chip is not settled. */
export const openContests = statement((db) =>
  db
    .selectFrom('chip_contest')
    .select(['id', 'holder_id', 'newcomer_id'])
    .where('closed_at_ms', 'is', null)
    .orderBy('id'),
);
