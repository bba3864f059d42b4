import type { NodeId } from '../../record/merkle.ts';

/**
 * Where a node of the log stands among all nodes in the order of their completion (the leaf, then each subtree that it
 * completes). One dense key that only grows: nodes are appended at the end of their table and never looked for in two
 * columns. The order is that of the Go checksum database (golang.org/x/mod/sumdb/tlog, StoredHashIndex).
 */
export function nodePosition({ level, index }: NodeId): number {
  // The last leaf below the node completes it.
  const leaf = (index + 1) * 2 ** level - 1;
  // Before that leaf stand all leaves before it, and every subtree that those completed.
  let position = 0;
  for (let nodes = leaf; nodes > 0; nodes = Math.floor(nodes / 2)) position += nodes;
  return position + level;
}
