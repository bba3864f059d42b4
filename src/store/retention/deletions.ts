import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DeletedLeafTable, DeletionTable } from './tables.ts';

export const insertDeletion = statement((db, hole: Hole<DeletionTable>) =>
  db.insertInto('deletion').values({
    leaf_index: hole('leaf_index'),
    class: hole('class'),
    at_ms: hole('at_ms'),
    until_ms: hole('until_ms'),
    count: hole('count'),
    items: hole('items'),
  }),
);

export const insertDeletedLeaf = statement((db, hole: Hole<DeletedLeafTable>) =>
  db.insertInto('deleted_leaf').values({ leaf_index: hole('leaf_index'), deletion: hole('deletion') }),
);

/** The deletion that says that nothing is kept of an act any more. */
export const deletionOf = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db
    .selectFrom('deleted_leaf')
    .innerJoin('deletion', 'deletion.leaf_index', 'deleted_leaf.deletion')
    .select('deletion.leaf_index')
    .where('deleted_leaf.leaf_index', '=', hole('leafIndex')),
);

export const deletionAt = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db.selectFrom('deletion').select('items').where('leaf_index', '=', hole('leafIndex')),
);

/** Newest first, without what went. */
export const deletionsBefore = statement((db, hole: Hole<{ before: number; limit: number }>) =>
  db
    .selectFrom('deletion')
    .select(['leaf_index', 'class', 'at_ms', 'until_ms', 'count'])
    .where('leaf_index', '<', hole('before'))
    .orderBy('leaf_index', 'desc')
    .limit(hole('limit')),
);
