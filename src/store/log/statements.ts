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

export const insertLeaf = statement(
  (
    db,
    hole: Hole<{
      leafIndex: number;
      type: string;
      atMs: number;
      tenant: string;
      body: string;
      salt: Uint8Array;
    }>,
  ) =>
    db.insertInto('log_leaf').values({
      leaf_index: hole('leafIndex'),
      type: hole('type'),
      at_ms: hole('atMs'),
      tenant: hole('tenant'),
      body: hole('body'),
      salt: hole('salt'),
    }),
);

export const insertNode = statement((db, hole: Hole<{ position: number; hash: Uint8Array }>) =>
  db.insertInto('log_node').values({ position: hole('position'), hash: hole('hash') }),
);

export const readLogKey = statement((db) =>
  db.selectFrom('log_key').select(['kid', 'origin']).where('id', '=', 1),
);

export const insertLogKey = statement((db, hole: Hole<{ kid: string; origin: string }>) =>
  db.insertInto('log_key').values({ id: 1, kid: hole('kid'), origin: hole('origin') }),
);

export const readLeaf = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db.selectFrom('log_leaf').selectAll().where('leaf_index', '=', hole('leafIndex')),
);
