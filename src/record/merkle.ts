import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162, 2.1 (the same as RFC 6962's), over SHA-256.
 *
 * A log only grows, so all it needs to go on is a *compact range*: the roots of the perfect subtrees that its leaves
 * form, one for each bit of its size. Values here are immutable: an append answers a new range, and whoever keeps the
 * old one has rolled back.
 */
export type CompactRange = {
  readonly size: number;
  /** Roots of the perfect subtrees, the largest (leftmost) first. */
  readonly roots: readonly Uint8Array[];
};

/** A perfect subtree: the `index`-th from the left of those with 2^level leaves. Level 0 are the leaves themselves. */
export type NodeId = { readonly level: number; readonly index: number };
export type TreeNode = NodeId & { readonly hash: Uint8Array };

/** A tree of no leaves. */
export const EMPTY_RANGE: CompactRange = { size: 0, roots: [] };

export const HASH_BYTES = 32;

// The prefixes keep leaves and nodes apart (RFC 9162, 2.1.1): without them a node could be passed off as a leaf.
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([LEAF, entry]), 'buffer');
}

/** Where two hashes are laid side by side, again and again: nothing else runs until they are hashed. */
const PAIR = new Uint8Array(1 + 2 * HASH_BYTES);

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
    return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
  }
  PAIR.set(NODE);
  PAIR.set(left, 1);
  PAIR.set(right, 1 + HASH_BYTES);
  return hash('sha256', PAIR, 'buffer');
}

/** The tree with one leaf more, and the perfect subtrees that this leaf completed, itself first. */
export function append(
  range: CompactRange,
  leaf: Uint8Array,
): { readonly range: CompactRange; readonly completed: readonly TreeNode[] } {
  const roots = [...range.roots];
  let node: TreeNode = { level: 0, index: range.size, hash: leaf };
  const completed = [node];
  // Like a carry in binary addition: while this level's node is a right child, its left sibling waits in the range.
  while (node.index % 2 === 1) {
    const left = roots.pop();
    if (left === undefined) throw new TypeError('a compact range has a root for each bit of its size');
    node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
    completed.push(node);
  }
  roots.push(node.hash);
  return { range: { size: range.size + 1, roots }, completed };
}

/** The root of the whole tree: SHA-256 of nothing when it is empty. */
export function rootOf(range: CompactRange): Uint8Array {
  return foldRight(range.roots) ?? hash('sha256', new Uint8Array(), 'buffer');
}

/** The perfect subtrees of which a tree of `size` leaves consists, from the left: those of {@link CompactRange}. */
export function rangeNodes(size: number): NodeId[] {
  return perfectSubtrees(0, size);
}

/** The root over neighbouring perfect subtrees, from the left, each smaller than the one before it. */
export function foldRight(roots: readonly Uint8Array[]): Uint8Array | undefined {
  return roots.length === 0 ? undefined : roots.reduceRight((right, left) => nodeHash(left, right));
}

/**
 * The perfect subtrees that cover the leaves from `start` to before `end`, where `start` is a multiple of the largest
 * power of two not above the distance: the way RFC 9162 splits a tree.
 */
export function perfectSubtrees(start: number, end: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end; ) {
    const level = floorLog2(end - at);
    const leaves = 2 ** level;
    nodes.push({ level, index: at / leaves });
    at += leaves;
  }
  return nodes;
}

/** The largest whole n with 2^n <= value, exact for every positive safe integer (Math.log2 rounds the large ones up). */
export function floorLog2(value: number): number {
  return value < 2 ** 32 ? 31 - Math.clz32(value) : 32 + floorLog2(Math.floor(value / 2 ** 32));
}
