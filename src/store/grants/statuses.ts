import type { Hole } from '../port.ts';
import { Slots } from '../slots.ts';
import { statement } from '../statement.ts';
import type { GrantHoldTable, StatusChangeTable, StatusListTable } from './tables.ts';

export const openList = statement((db, hole: Hole<StatusListTable>) =>
  db.insertInto('status_list').values({ number: hole('number'), opened_at_ms: hole('opened_at_ms') }),
);

/** The newest list, and whether a place in it is taken: by a grant that is kept, or by one that was. */
export const placeInNewest = statement((db, hole: Hole<{ position: number }>) =>
  db
    .selectFrom('status_list')
    .select((row) => [
      'number',
      row
        .selectFrom('licence_grant')
        .select('licence_grant.position')
        .whereRef('licence_grant.list', '=', 'status_list.number')
        .where('licence_grant.position', '=', hole('position'))
        .as('granted'),
      row
        .selectFrom('spent_place')
        .select('spent_place.position')
        .whereRef('spent_place.list', '=', 'status_list.number')
        .where('spent_place.position', '=', hole('position'))
        .as('spent'),
    ])
    .orderBy('number', 'desc')
    .limit(1),
);

export const newestList = statement((db) =>
  db.selectFrom('status_list').select('number').orderBy('number', 'desc').limit(1),
);

/** Places that are looked at by one statement. */
export const PLACES_TOGETHER = new Slots<number>('position', 32);

/** Which of several places in a list are taken, as {@link placeInNewest} has it. */
export const placesTaken = statement((db, hole: Hole<{ [slot: string]: number; list: number }>) =>
  db
    .selectFrom('licence_grant')
    .select('position')
    .where('list', '=', hole('list'))
    .where('position', 'in', PLACES_TOGETHER.names.map(hole))
    .unionAll(
      db
        .selectFrom('spent_place')
        .select('position')
        .where('list', '=', hole('list'))
        .where('position', 'in', PLACES_TOGETHER.names.map(hole)),
    ),
);

/** A list, and the act that changed it last; null where none has. */
export const listState = statement((db, hole: Hole<{ list: number }>) =>
  db
    .selectFrom('status_list')
    .select((row) => [
      'opened_at_ms',
      row
        .selectFrom('status_change')
        .select('status_change.leaf_index')
        .where('status_change.list', '=', hole('list'))
        .orderBy('status_change.leaf_index', 'desc')
        .limit(1)
        .as('version'),
    ])
    .where('number', '=', hole('list')),
);

/** What changed in a list up to an instant, in order. */
export const changesUntil = statement((db, hole: Hole<{ list: number; atMs: number }>) =>
  db
    .selectFrom('status_change')
    .select(['position', 'status'])
    .where('list', '=', hole('list'))
    .where('at_ms', '<=', hole('atMs'))
    .orderBy('leaf_index')
    .orderBy('position'),
);

export const insertChange = statement((db, hole: Hole<StatusChangeTable>) =>
  db.insertInto('status_change').values({
    list: hole('list'),
    leaf_index: hole('leaf_index'),
    position: hole('position'),
    status: hole('status'),
    at_ms: hole('at_ms'),
  }),
);

/** Changes no row where the same holds it already. */
export const holdGrant = statement((db, hole: Hole<GrantHoldTable>) =>
  db
    .insertInto('grant_hold')
    .values({ grant_id: hole('grant_id'), cause: hole('cause') })
    .onConflict((conflict) => conflict.columns(['grant_id', 'cause']).doNothing()),
);

/** Suspended grants that a cause holds, and how many others do. */
export const heldBy = statement((db, hole: Hole<{ cause: string; nowMs: number }>) =>
  db
    .selectFrom('grant_hold')
    .innerJoin('licence_grant', 'licence_grant.id', 'grant_hold.grant_id')
    .select((row) => [
      'licence_grant.id',
      'licence_grant.licence_id',
      'licence_grant.host_id',
      'licence_grant.tenant',
      'licence_grant.list',
      'licence_grant.position',
      'licence_grant.status',
      'licence_grant.devices',
      row
        .selectFrom('grant_hold as other')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('other.grant_id', '=', 'licence_grant.id')
        .where('other.cause', '!=', hole('cause'))
        .as('others'),
    ])
    .where('grant_hold.cause', '=', hole('cause'))
    .where('licence_grant.status', '=', 'suspended')
    .where('licence_grant.expires_at_ms', '>', hole('nowMs'))
    .orderBy('licence_grant.id'),
);

/** What holds a grant. */
export const causesOfHold = statement((db, hole: Hole<{ grantId: string }>) =>
  db.selectFrom('grant_hold').select('cause').where('grant_id', '=', hole('grantId')).orderBy('cause'),
);

/** How many hold a grant. */
export const holdsOn = statement((db, hole: Hole<{ grantId: string }>) =>
  db
    .selectFrom('grant_hold')
    .select((row) => row.fn.countAll<number>().as('holds'))
    .where('grant_id', '=', hole('grantId')),
);

export const dropHold = statement((db, hole: Hole<{ grantId: string; cause: string }>) =>
  db.deleteFrom('grant_hold').where('grant_id', '=', hole('grantId')).where('cause', '=', hole('cause')),
);

export const dropHolds = statement((db, hole: Hole<{ cause: string }>) =>
  db.deleteFrom('grant_hold').where('cause', '=', hole('cause')),
);
