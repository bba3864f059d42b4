import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

export const everyStatusList = statement((db) =>
  db.selectFrom('status_list').select('number').orderBy('number'),
);

/** What an act changed at one place among the statuses. */
export const statusChangeAt = statement(
  (db, hole: Hole<{ list: number; leafIndex: number; position: number }>) =>
    db
      .selectFrom('status_change')
      .select('status')
      .where('list', '=', hole('list'))
      .where('leaf_index', '=', hole('leafIndex'))
      .where('position', '=', hole('position')),
);

/** The changes of a list behind one of them, in order, each with the grant of its place, where that is kept. */
export const statusChangesOf = statement(
  (db, hole: Hole<{ list: number; leafIndex: number; position: number; limit: number }>) =>
    db
      .selectFrom('status_change')
      .leftJoin('licence_grant', (join) =>
        join
          .onRef('licence_grant.list', '=', 'status_change.list')
          .onRef('licence_grant.position', '=', 'status_change.position'),
      )
      .select([
        'status_change.leaf_index',
        'status_change.position',
        'status_change.status',
        'licence_grant.id as grant_id',
      ])
      .where('status_change.list', '=', hole('list'))
      .where((row) =>
        row.or([
          row('status_change.leaf_index', '>', hole('leafIndex')),
          row.and([
            row('status_change.leaf_index', '=', hole('leafIndex')),
            row('status_change.position', '>', hole('position')),
          ]),
        ]),
      )
      .orderBy('status_change.leaf_index')
      .orderBy('status_change.position')
      .limit(hole('limit')),
);

/** The grants of a list behind a place. */
export const grantsOfList = statement((db, hole: Hole<{ list: number; position: number; limit: number }>) =>
  db
    .selectFrom('licence_grant')
    .select(['id', 'position', 'status'])
    .where('list', '=', hole('list'))
    .where('position', '>', hole('position'))
    .orderBy('position')
    .limit(hole('limit')),
);
