import type { NodeId } from '../../record/merkle.ts';

/**
 * Where a node of the log stands among all nodes in the order of their completion (the leaf, then each subtree that it
 * completes). One dense key that only grows: nodes are appended at the end of their table and never looked for in two
 * columns. The order is that of the Go checksum database (golang.org/x/mod/sumdb/tlog, StoredHashIndex).
 */
export function nodePosition({ level, index }: NodeId): number {
  // The last leaf below the node completes it.
  const leaf = (index + 1) * 2 ** level - 1;
  // Before that leaf stand all leaves before it and every subtree that those completed: floor(leaf / 2) of two leaves,
  // floor(leaf / 4) of four, and so on. That sum is 2 * leaf less the number of ones in leaf.
  return 2 * leaf - onesIn(leaf) + level;
}

function onesIn(value: number): number {
  let ones = 0;
  // Half by half: the operators on bits see 32 of a number's 53.
  for (let low = value | 0; low !== 0; low &= low - 1) ones++;
  for (let high = Math.floor(value / 2 ** 32); high !== 0; high &= high - 1) ones++;
  return ones;
}
