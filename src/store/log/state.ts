import { equalBytes } from '../../bytes/equal.ts';
import { type Act, sealAct } from '../../record/leaf.ts';
import { append, type CompactRange, rangeNodes, rootOf } from '../../record/merkle.ts';
import { StoreError } from '../errors.ts';
import type { View } from '../port.ts';
import { readNodeHashes } from './nodes.ts';
import { nodePosition } from './position.ts';
import { readHead } from './statements.ts';

/**
 * Where the log stands, as a value: appending answers a new one, and rolling back is to go on with the old one.
 * Databases with one writer keep it in memory; others load it with the head row that they locked.
 */
export type LogState = {
  readonly range: CompactRange;
  /** The highest instant recorded, milliseconds since the epoch. */
  readonly highWaterMs: number;
};

/** An act's rows: its leaf, and a node for each subtree that it completes. */
export type Appended = {
  readonly state: LogState;
  readonly leaf: {
    readonly leafIndex: number;
    readonly type: string;
    readonly atMs: number;
    readonly tenant: string;
    readonly body: string;
    readonly salt: Uint8Array;
  };
  readonly nodes: readonly { readonly position: number; readonly hash: Uint8Array }[];
};

/**
 * The state behind the head row.
 *
 * @throws StoreError `log_inconsistent` where the nodes do not yield the head's root: to append to such a log would
 *   publish a history that contradicts the one that was signed
 */
export async function loadLog(view: View): Promise<LogState> {
  const head = await view.first(readHead, {});
  if (head === undefined)
    throw new StoreError('log_inconsistent', 'the log has no head', { path: 'log_head' });
  const range = { size: head.size, roots: await readNodeHashes(view, rangeNodes(head.size)) };
  if (!equalBytes(rootOf(range), head.root)) {
    throw new StoreError(
      'log_inconsistent',
      `the nodes of the log's ${head.size} leaves do not yield its root`,
      { path: 'log_head.root' },
    );
  }
  return { range, highWaterMs: head.high_water_ms };
}

/**
 * An act as the next leaf. Its instant is raised to the high-water mark where it lies below.
 *
 * @throws RecordError `salt_length`
 * @throws FormatError `bad_value` where the body is not JSON
 */
export function appendAct({ range, highWaterMs }: LogState, act: Act): Appended {
  const atMs = Math.max(highWaterMs, act.at.getTime());
  const { bodyText, leaf } = sealAct({ ...act, at: new Date(atMs) });
  const grown = append(range, leaf);
  const { type, tenant, salt } = act;
  return {
    state: { range: grown.range, highWaterMs: atMs },
    leaf: { leafIndex: range.size, type, atMs, tenant, body: bodyText, salt },
    nodes: grown.completed.map((node) => ({ position: nodePosition(node), hash: node.hash })),
  };
}
