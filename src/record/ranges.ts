import { floorLog2, foldRight, type NodeId, perfectSubtrees } from './merkle.ts';

/** Leaves from `start` to before `end`, as RFC 9162's recursion splits them off: the root over them is one proof hash. */
export type LeafRange = { readonly start: number; readonly end: number };

/**
 * Where a proof's maker finds the hashes of perfect subtrees, in the order asked for. It is asked only for subtrees that
 * lie within the tree that the proof is for.
 */
export type NodeReader = (nodes: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

/** The roots over ranges, with one question to the reader. */
export async function hashRanges(ranges: readonly LeafRange[], read: NodeReader): Promise<Uint8Array[]> {
  const wanted = ranges.map(({ start, end }) => perfectSubtrees(start, end));
  const hashes = await read(wanted.flat());
  let taken = 0;
  return wanted.map((nodes) => {
    const root = foldRight(hashes.slice(taken, taken + nodes.length));
    taken += nodes.length;
    if (root === undefined) throw new TypeError('a proof has no empty ranges');
    return root;
  });
}

/** The largest power of two below `size`: where RFC 9162 splits a tree of two leaves or more. */
export function splitOf(size: number): number {
  return 2 ** floorLog2(size - 1);
}
