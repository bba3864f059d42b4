import { randomFillSync } from 'node:crypto';
import { entryOfText, SALT_BYTES } from '../../../src/record/leaf.ts';
import {
  append,
  type CompactRange,
  leafHash,
  type NodeId,
  rangeNodes,
  rootOf,
} from '../../../src/record/merkle.ts';
import { nodePosition } from '../../../src/store/log/position.ts';
import type { Bulk } from '../bulk.ts';

/** Appends so many leaves to the log of a database, each of an issued session; the tree over them is computed as ever. */
export function growLog(bulk: Bulk, count: number): void {
  const [head] = bulk.all('select size, high_water_ms from log_head');
  const atMs = Number(head?.['high_water_ms']);
  const at = new Date(atMs);
  const [type, tenant] = ['session.issued', 'acme'];
  const leaves = bulk.insertion('log_leaf', ['leaf_index', 'type', 'at_ms', 'tenant', 'body', 'salt']);
  const nodes = bulk.insertion('log_node', ['position', 'hash']);
  let range = rangeOf(bulk, Number(head?.['size']));
  for (let left = count; left > 0; left--) {
    const salt = randomFillSync(new Uint8Array(SALT_BYTES));
    const number = String(left).padStart(22, '0');
    const body = `{"expiresAt":"2026-01-01T00:00:00.000Z","hostId":"hst_${number}","nonce":"${number}","sessionId":"ses_${number}"}`;
    leaves.run(range.size, type, atMs, tenant, body, salt);
    const grown = append(range, leafHash(entryOfText({ at, tenant, type, salt }, body)));
    for (const node of grown.completed) nodes.run(nodePosition(node), node.hash);
    range = grown.range;
  }
  const root = Buffer.from(rootOf(range)).toString('hex');
  bulk.exec(`update log_head set size = ${range.size}, root = x'${root}'`);
}

function rangeOf(bulk: Bulk, size: number): CompactRange {
  return { size, roots: rangeNodes(size).map((node) => hashOf(bulk, node)) };
}

function hashOf(bulk: Bulk, node: NodeId): Uint8Array {
  const [row] = bulk.all('select hash from log_node where position = ?', nodePosition(node));
  const hash = row?.['hash'];
  if (hash instanceof Uint8Array) return hash;
  throw new Error('the log has no such node');
}
