import type { NodeId } from '../../record/merkle.ts';
import { StoreError } from '../errors.ts';
import type { Hole, View } from '../port.ts';
import { statement } from '../statement.ts';
import { nodePosition } from './position.ts';

/** Where the log stands: in {@link Store.read}, the newest head that is durable. */
export const readHead = statement((db) =>
  db.selectFrom('logHead').select(['size', 'root', 'highWater']).where('id', '=', 1),
);

/** Moves the head, if it still stands where the caller last saw it; changes no row otherwise. */
export const moveHead = statement(
  (db, hole: Hole<{ from: number; size: number; root: Uint8Array; highWaterMs: number }>) =>
    db
      .updateTable('logHead')
      .set({ size: hole('size'), root: hole('root'), highWater: hole('highWaterMs') })
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
    db.insertInto('logLeaf').values({
      index: hole('leafIndex'),
      type: hole('type'),
      at: hole('atMs'),
      tenant: hole('tenant'),
      body: hole('body'),
      salt: hole('salt'),
    }),
);

export const insertNode = statement((db, hole: Hole<{ position: number; hash: Uint8Array }>) =>
  db.insertInto('logNode').values({ position: hole('position'), hash: hole('hash') }),
);

export const readLeaf = statement((db, hole: Hole<{ leafIndex: number }>) =>
  db.selectFrom('logLeaf').selectAll().where('index', '=', hole('leafIndex')),
);

/** How many nodes one run of {@link readNodes} finds: as many as a proof in a tree of 2^24 leaves may need. */
const NODES_AT_ONCE = 48;
/** No node stands here: it fills the holes that a run has no use for. */
const NOWHERE = -1;

const slots = Array.from({ length: NODES_AT_ONCE }, (_, slot) => `position${slot}`);

const readNodes = statement((db, hole: Hole<{ [slot: string]: number }>) =>
  db.selectFrom('logNode').select(['position', 'hash']).where('position', 'in', slots.map(hole)),
);

/**
 * The hashes of nodes, in the order asked for, in one round trip for each 48.
 *
 * @throws StoreError `log_inconsistent` where one is missing: the caller asks only for what the head says is there
 */
export async function readNodeHashes(view: View, nodes: readonly NodeId[]): Promise<Uint8Array[]> {
  const positions = nodes.map(nodePosition);
  const found = new Map<number, Uint8Array>();
  for (let start = 0; start < positions.length; start += NODES_AT_ONCE) {
    const params = slots.map((slot, offset) => [slot, positions[start + offset] ?? NOWHERE]);
    const rows = await view.all(readNodes, Object.fromEntries(params));
    for (const { position, hash } of rows) found.set(position, hash);
  }
  return positions.map((position) => {
    const hash = found.get(position);
    if (hash !== undefined) return hash;
    throw new StoreError('log_inconsistent', `the log has no node at ${position}`, { path: 'logNode' });
  });
}
