import { equalBytes } from '../bytes/equal.ts';
import { toHex } from '../bytes/text.ts';
import { RecordError } from './errors.ts';
import { HASH_BYTES, nodeHash } from './merkle.ts';
import { hashRanges, type LeafRange, type NodeReader, splitOf } from './ranges.ts';

/** That a leaf stands at a place in a tree. */
export type Inclusion = {
  readonly index: number;
  /** Leaves of the tree. */
  readonly size: number;
  readonly leaf: Uint8Array;
  /** From the leaf upwards. */
  readonly proof: readonly Uint8Array[];
  /** The root of the tree, from a checkpoint whose signature was verified. */
  readonly root: Uint8Array;
};

/**
 * The inclusion proof of RFC 9162, 2.1.3.1.
 *
 * @throws RecordError `index_out_of_range`
 */
export async function inclusionProof(index: number, size: number, read: NodeReader): Promise<Uint8Array[]> {
  requireWithin(index, size);
  return hashRanges(siblingsOf(index, size), read);
}

/** The ranges beside the way from the root to a leaf, the deepest first: PATH of RFC 9162, 2.1.3.1, without recursion. */
function siblingsOf(index: number, size: number): LeafRange[] {
  const siblings: LeafRange[] = [];
  for (let [start, end] = [0, size]; end - start > 1; ) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      siblings.push({ start: middle, end });
      end = middle;
    } else {
      siblings.push({ start, end: middle });
      start = middle;
    }
  }
  return siblings.reverse();
}

/**
 * Verifies an inclusion proof by the steps of RFC 9162, 2.1.3.2. It says nothing of whether the root is anybody's.
 *
 * @throws RecordError `index_out_of_range`, `proof_shape`, `root_mismatch`
 */
export function verifyInclusion({ index, size, leaf, proof, root }: Inclusion): void {
  requireWithin(index, size);
  // Indices reach 2^53, so they are halved by division: the operators on bits would cut them to 32.
  let [place, last] = [index, size - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== HASH_BYTES) throw wrongShape(proof.length, index, size);
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  if (last !== 0) throw wrongShape(proof.length, index, size);
  if (equalBytes(hash, root)) return;
  throw new RecordError('root_mismatch', 'the inclusion proof leads to another root', {
    path: 'inclusionProof',
    expected: toHex(root),
    actual: toHex(hash),
  });
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function requireWithin(index: number, size: number): void {
  if (Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size) return;
  throw new RecordError('index_out_of_range', `no leaf ${index} in a tree of ${size}`, {
    path: 'leafIndex',
    expected: `0 to ${size - 1}`,
    actual: String(index),
  });
}

function wrongShape(hashes: number, index: number, size: number): RecordError {
  return new RecordError('proof_shape', `${hashes} hashes do not prove leaf ${index} in a tree of ${size}`, {
    path: 'inclusionProof',
    actual: `${hashes} hashes`,
  });
}
