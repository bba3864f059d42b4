import { equalBytes } from '../../bytes/equal.ts';
import { entryOfText } from '../../record/leaf.ts';
import { append, EMPTY_RANGE, leafHash, rootOf } from '../../record/merkle.ts';
import { StoreError } from '../errors.ts';
import { nodePosition } from '../log/position.ts';
import { type RawDatabase, type RawRow, rowsOf, type TableShape } from './raw.ts';

/**
 * Makes the whole tree again from the acts that a database holds: each leaf is its act's, each node its leaves', and the head
 * is the root of all. Then whatever was proven against this log's checkpoints still is.
 *
 * @returns how many leaves there are
 * @throws StoreError `log_inconsistent`
 */
export async function verifyWholeLog(database: RawDatabase, tables: readonly TableShape[]): Promise<number> {
  const nodes = rowsOf(database, shapeOf(tables, 'log_node'));
  let range = EMPTY_RANGE;
  let highWaterMs = 0;
  for await (const row of rowsOf(database, shapeOf(tables, 'log_leaf'))) {
    const atMs = Number(row['at_ms']);
    if (row['leaf_index'] !== range.size || atMs < highWaterMs) throw broken('log_leaf', range.size);
    highWaterMs = atMs;
    const grown = append(range, leafHash(entryOf(row, atMs)));
    for (const { hash, ...id } of grown.completed) {
      const { value } = await nodes.next();
      const kept = value === undefined ? undefined : value['hash'];
      const holds =
        kept instanceof Uint8Array && equalBytes(kept, hash) && value['position'] === nodePosition(id);
      if (!holds) throw broken('log_node', range.size);
    }
    range = grown.range;
  }
  if ((await nodes.next()).done !== true) throw broken('log_node', range.size);
  const [head] = await database.query('select size, root, high_water_ms from log_head');
  const root = head?.['root'];
  const holds = root instanceof Uint8Array && equalBytes(root, rootOf(range));
  if (!holds || head?.['size'] !== range.size || head['high_water_ms'] !== highWaterMs) {
    throw broken('log_head', range.size);
  }
  return range.size;
}

function entryOf(row: RawRow, atMs: number): Uint8Array {
  const salt = row['salt'];
  if (!(salt instanceof Uint8Array)) throw broken('log_leaf', Number(row['leaf_index']));
  const act = { type: String(row['type']), tenant: String(row['tenant']), salt, at: new Date(atMs) };
  return entryOfText(act, String(row['body']));
}

function shapeOf(tables: readonly TableShape[], name: string): TableShape {
  const shape = tables.find((table) => table.name === name);
  if (shape === undefined)
    throw new StoreError('log_inconsistent', 'the database has no log', { path: name });
  return shape;
}

function broken(path: string, leafIndex: number): StoreError {
  return new StoreError('log_inconsistent', `the log contradicts itself at leaf ${leafIndex}`, { path });
}
