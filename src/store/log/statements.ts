import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Where the log stands: in {@link Store.read}, the newest head that is durable. */
export const readHead = statement((db) =>
  db.selectFrom('log_head').select(['size', 'root', 'high_water_ms']).where('id', '=', 1),
);

/** Moves the head, if it still stands where the caller last saw it; changes no row otherwise. */
export const moveHead = statement(
  (db, hole: Hole<{ from: number; size: number; root: Uint8Array; highWaterMs: number }>) =>
    db
      .updateTable('log_head')
      .set({ size: hole('size'), root: hole('root'), high_water_ms: hole('highWaterMs') })
      .where('id', '=', 1)
      .where('size', '=', hole('from')),
);

export const readLogKey = statement((db) =>
  db.selectFrom('log_key').select(['kid', 'origin']).where('id', '=', 1),
);

export const insertLogKey = statement((db, hole: Hole<{ kid: string; origin: string }>) =>
  db.insertInto('log_key').values({ id: 1, kid: hole('kid'), origin: hole('origin') }),
);

export const moveLogKey = statement((db, hole: Hole<{ origin: string }>) =>
  db
    .updateTable('log_key')
    .set({ origin: hole('origin') })
    .where('id', '=', 1),
);

export const insertLogOrigin = statement(
  (db, hole: Hole<{ leafIndex: number; origin: string; predecessor: string }>) =>
    db.insertInto('log_origin').values({
      leaf_index: hole('leafIndex'),
      origin: hole('origin'),
      predecessor: hole('predecessor'),
    }),
);

/** Every name that the log went on under, in order. */
export const logOrigins = statement((db) =>
  db.selectFrom('log_origin').select(['leaf_index', 'origin', 'predecessor']).orderBy('leaf_index'),
);

/** A leaf with the tree that it stands in, of one moment; without the leaf, none. */
export const readLeafInTree = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db
    .selectFrom('log_leaf')
    .innerJoin('log_head', (join) => join.on('log_head.id', '=', 1))
    .select([
      'log_leaf.type',
      'log_leaf.at_ms',
      'log_leaf.tenant',
      'log_leaf.body',
      'log_leaf.salt',
      'log_head.size',
      'log_head.root',
    ])
    .where('log_leaf.leaf_index', '=', hole('leafIndex')),
);

export const readLeaf = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db.selectFrom('log_leaf').selectAll().where('leaf_index', '=', hole('leafIndex')),
);
