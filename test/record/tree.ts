import { append, type CompactRange, EMPTY_RANGE, type NodeId, nodeHash } from '../../src/record/merkle.ts';
import type { NodeReader } from '../../src/record/ranges.ts';

/** MTH of RFC 9162, 2.1.1, as the text has it: slow, recursive, and nothing in common with what it judges. */
export function naiveRoot(leaves: readonly Uint8Array[], emptyRoot: Uint8Array): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return emptyRoot;
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split), emptyRoot), naiveRoot(leaves.slice(split), emptyRoot));
}

/** A tree grown leaf by leaf, with its nodes as a store keeps them. */
export function grow(leaves: readonly Uint8Array[]): {
  readonly range: CompactRange;
  readonly read: NodeReader;
} {
  const nodes = new Map<string, Uint8Array>();
  const key = ({ level, index }: NodeId) => `${level}/${index}`;
  let range = EMPTY_RANGE;
  for (const leaf of leaves) {
    const grown = append(range, leaf);
    for (const node of grown.completed) nodes.set(key(node), node.hash);
    range = grown.range;
  }
  const read: NodeReader = async (wanted) =>
    wanted.map((node) => {
      const hash = nodes.get(key(node));
      if (hash === undefined) throw new Error(`asked for ${key(node)}, which is not complete`);
      return hash;
    });
  return { range, read };
}
