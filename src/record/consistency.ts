import { equalBytes } from '../bytes/equal.ts';
import { toHex } from '../bytes/text.ts';
import { RecordError } from './errors.ts';
import { EMPTY_RANGE, floorLog2, HASH_BYTES, nodeHash, rootOf } from './merkle.ts';
import { hashRanges, type LeafRange, type NodeReader, splitOf } from './ranges.ts';

/** That a tree begins with the leaves of an earlier one: nothing was changed, taken out or moved. */
export type Consistency = {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
};

/**
 * The consistency proof of RFC 9162, 2.1.4.1. A tree is consistent with itself without a proof; the empty tree, of which
 * RFC 9162 does not speak, begins every tree and needs none either.
 *
 * @throws RecordError `index_out_of_range`
 */
export async function consistencyProof(
  oldSize: number,
  newSize: number,
  read: NodeReader,
): Promise<Uint8Array[]> {
  requireOrder(oldSize, newSize);
  if (oldSize === 0 || oldSize === newSize) return [];
  return hashRanges(subproof(oldSize, { start: 0, end: newSize }, true), read);
}

/** SUBPROOF of RFC 9162, 2.1.4.1; `known` where the verifier has this range's root as that of the old tree. */
function subproof(oldEnd: number, { start, end }: LeafRange, known: boolean): LeafRange[] {
  if (oldEnd === end) return known ? [] : [{ start, end }];
  const middle = start + splitOf(end - start);
  const left = { start, end: middle };
  const right = { start: middle, end };
  return oldEnd <= middle
    ? [...subproof(oldEnd, left, known), right]
    : [...subproof(oldEnd, right, false), left];
}

/**
 * Verifies a consistency proof by the steps of RFC 9162, 2.1.4.2.
 *
 * @throws RecordError `index_out_of_range`, `proof_shape`, `root_mismatch`
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }: Consistency): void {
  requireOrder(oldSize, newSize);
  if (oldSize === 0 || oldSize === newSize) {
    if (proof.length > 0) throw wrongShape(proof.length, oldSize, newSize);
    requireRoot(oldRoot, oldSize === newSize ? newRoot : rootOf(EMPTY_RANGE));
    return;
  }
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined || proof.length === 0) throw wrongShape(proof.length, oldSize, newSize);
  let [place, last] = [oldSize - 1, newSize - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0 || sibling.length !== HASH_BYTES) throw wrongShape(proof.length, oldSize, newSize);
    if (place % 2 === 1 || place === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  if (last !== 0) throw wrongShape(proof.length, oldSize, newSize);
  requireRoot(oldRoot, oldHash);
  requireRoot(newRoot, newHash);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(size: number): boolean {
  return 2 ** floorLog2(size) === size;
}

function requireOrder(oldSize: number, newSize: number): void {
  if (Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize) && oldSize >= 0 && oldSize <= newSize)
    return;
  throw new RecordError('index_out_of_range', `a tree of ${newSize} does not begin with one of ${oldSize}`, {
    path: 'oldSize',
    expected: `0 to ${newSize}`,
    actual: String(oldSize),
  });
}

function requireRoot(expected: Uint8Array, actual: Uint8Array): void {
  if (equalBytes(expected, actual)) return;
  throw new RecordError('root_mismatch', 'the consistency proof leads to another root', {
    path: 'consistencyProof',
    expected: toHex(expected),
    actual: toHex(actual),
  });
}

function wrongShape(hashes: number, oldSize: number, newSize: number): RecordError {
  return new RecordError(
    'proof_shape',
    `${hashes} hashes do not prove that ${oldSize} leaves begin a tree of ${newSize}`,
    { path: 'consistencyProof', actual: `${hashes} hashes` },
  );
}
