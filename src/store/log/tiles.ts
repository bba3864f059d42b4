import { entryOfText } from '../../record/leaf.ts';
import { TILE_WIDTH, type Tile, tileNodes } from '../../record/tiles.ts';
import { StoreError } from '../errors.ts';
import type { Hole, View } from '../port.ts';
import { statement } from '../statement.ts';
import { nodePosition } from './position.ts';

/** No node stands here: it fills the holes that a partial tile leaves. */
const NOWHERE = -1;

const slots = Array.from({ length: TILE_WIDTH }, (_, slot) => `position${slot}`);

const readTileNodes = statement((db, hole: Hole<{ [slot: string]: number }>) =>
  db
    .selectFrom('log_node')
    .select(['position', 'hash'])
    .where('position', 'in', slots.map(hole))
    .orderBy('position'),
);

const readLeaves = statement((db, hole: Hole<{ first: number; end: number }>) =>
  db
    .selectFrom('log_leaf')
    .select(['leaf_index', 'type', 'at_ms', 'tenant', 'body', 'salt'])
    .where('leaf_index', '>=', hole('first'))
    .where('leaf_index', '<', hole('end'))
    .orderBy('leaf_index'),
);

/**
 * The hashes of a tile as they were stored, in one query: nodes of one level have growing positions.
 *
 * @throws StoreError `log_inconsistent` where one is missing: the caller asks only for what the head says is there
 */
export async function readHashTile(view: View, tile: Tile): Promise<Uint8Array[]> {
  const positions = tileNodes(tile).map(nodePosition);
  const params: { [slot: string]: number } = {};
  for (const [place, slot] of slots.entries()) params[slot] = positions[place] ?? NOWHERE;
  const rows = await view.all(readTileNodes, params);
  if (rows.length === positions.length) return rows.map(({ hash }) => hash);
  throw incomplete('log_node', tile, rows.length);
}

/**
 * The entries of a bundle, from acts and salts as they are stored; whether each is still its leaf's is not asked here: a
 * reader of the log finds it, and hiding it from him would not help.
 *
 * @throws StoreError `log_inconsistent`
 */
export async function readEntries(view: View, tile: Tile): Promise<Uint8Array[]> {
  const first = tile.index * TILE_WIDTH;
  const rows = await view.all(readLeaves, { first, end: first + tile.width });
  if (rows.length !== tile.width) throw incomplete('log_leaf', tile, rows.length);
  return rows.map(({ type, tenant, salt, at_ms, body }) =>
    entryOfText({ type, tenant, salt, at: new Date(at_ms) }, body),
  );
}

function incomplete(table: string, { level, index, width }: Tile, rows: number): StoreError {
  return new StoreError('log_inconsistent', `tile ${level}/${index} has ${rows} rows`, {
    path: table,
    expected: `${width} rows`,
    actual: `${rows} rows`,
  });
}
