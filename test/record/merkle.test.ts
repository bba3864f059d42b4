import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/text.ts';
import { consistencyProof, verifyConsistency } from '../../src/record/consistency.ts';
import { inclusionProof, verifyInclusion } from '../../src/record/inclusion.ts';
import {
  append,
  EMPTY_RANGE,
  leafHash,
  perfectSubtrees,
  rangeNodes,
  rootOf,
} from '../../src/record/merkle.ts';
import { nodePosition } from '../../src/store/log/position.ts';
import { fuzzRuns } from '../vectors.ts';
import { grow, naiveRoot } from './tree.ts';

/** The reference tree of Certificate Transparency's own implementation (transparency-dev/merkle, testonly). */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => fromHex(hex, 'entry'));
const LEAVES = ENTRIES.map(leafHash);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const N = {
  leaf0: ROOTS[1] ?? '',
  leaf1: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  leaf4: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  leaves2to3: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  leaves4to5: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  leaves6to7: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  leaves4to7: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
};
const emptyRoot = hash('sha256', new Uint8Array(), 'buffer');
const hexes = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

describe('the Merkle tree', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))(
    'has the reference root at $size leaves',
    ({ size, root }) => {
      expect(toHex(rootOf(grow(LEAVES.slice(0, size)).range))).toBe(root);
    },
  );

  it.each([
    { index: 0, size: 1, proof: [] },
    { index: 0, size: 8, proof: [N.leaf1, N.leaves2to3, N.leaves4to7] },
    { index: 5, size: 8, proof: [N.leaf4, N.leaves6to7, ROOTS[4] ?? ''] },
    { index: 2, size: 3, proof: [ROOTS[2] ?? ''] },
    { index: 1, size: 5, proof: [N.leaf0, N.leaves2to3, N.leaf4] },
  ])('has the reference inclusion proof of leaf $index in $size', async ({ index, size, proof }) => {
    expect(hexes(await inclusionProof(index, size, grow(LEAVES).read))).toEqual(proof);
  });

  it.each([
    { from: 1, to: 1, proof: [] },
    { from: 1, to: 8, proof: [N.leaf1, N.leaves2to3, N.leaves4to7] },
    { from: 6, to: 8, proof: [N.leaves4to5, N.leaves6to7, ROOTS[4] ?? ''] },
    { from: 2, to: 5, proof: [N.leaves2to3, N.leaf4] },
  ])('has the reference consistency proof from $from to $to', async ({ from, to, proof }) => {
    expect(hexes(await consistencyProof(from, to, grow(LEAVES).read))).toEqual(proof);
  });

  it('agrees with the definition of RFC 9162 for every size up to 300', () => {
    const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Uint8Array.of(index >> 8, index)));
    for (let size = 0; size <= leaves.length; size++) {
      const some = leaves.slice(0, size);
      expect(toHex(rootOf(grow(some).range))).toBe(toHex(naiveRoot(some, emptyRoot)));
    }
  });

  it('does not change a range that it appends to', () => {
    expect(grow(LEAVES.slice(0, 3)).range.size).toBe(3);
    expect(EMPTY_RANGE).toEqual({ size: 0, roots: [] });
  });
});

const someLeaves = fc
  .array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 })
  .map((entries) => entries.map(leafHash));
const treeAndPlace = someLeaves.chain((leaves) =>
  fc.record({
    leaves: fc.constant(leaves),
    size: fc.integer({ min: 1, max: leaves.length }),
    place: fc.nat(),
  }),
);
const runs = { numRuns: Math.max(200, Math.floor(fuzzRuns / 10)) };

describe('an inclusion proof', () => {
  it('verifies for every leaf of any tree, read from a store that has grown on', async () => {
    await fc.assert(
      fc.asyncProperty(treeAndPlace, async ({ leaves, size, place }) => {
        const index = place % size;
        const proof = await inclusionProof(index, size, grow(leaves).read);
        const root = naiveRoot(leaves.slice(0, size), emptyRoot);
        verifyInclusion({ index, size, leaf: leaves[index] ?? emptyRoot, proof, root });
      }),
      runs,
    );
  });

  it('does not verify with a flipped bit, another index, another size or another length', async () => {
    await fc.assert(
      fc.asyncProperty(treeAndPlace, fc.nat(), async ({ leaves, size, place }, bit) => {
        const index = place % size;
        const leaf = leaves[index] ?? emptyRoot;
        const proof = await inclusionProof(index, size, grow(leaves).read);
        const root = naiveRoot(leaves.slice(0, size), emptyRoot);
        const sound = { index, size, leaf, proof, root };
        const refuses = (change: Partial<typeof sound>) =>
          expect(() => verifyInclusion({ ...sound, ...change })).toThrow(
            expect.objectContaining({
              code: expect.stringMatching(/^(?:root_mismatch|proof_shape|index_out_of_range)$/),
            }),
          );
        refuses({ root: flipped(root, bit) });
        refuses({ leaf: flipped(leaf, bit) });
        refuses({ proof: [...proof, root] });
        refuses({ index: size });
        refuses({ index: -1 });
        refuses({ index: 0.5 });
        if (proof.length > 0) {
          refuses({ proof: proof.slice(1) });
          refuses({ proof: proof.map((hash) => hash.subarray(1)) });
          const at = bit % proof.length;
          refuses({ proof: proof.map((hash, other) => (other === at ? flipped(hash, bit) : hash)) });
        }
      }),
      runs,
    );
  });

  it('does not verify for the leaf beside it', async () => {
    const { read } = grow(LEAVES);
    const root = rootOf(grow(LEAVES).range);
    for (let index = 0; index < 8; index++) {
      const proof = await inclusionProof(index, 8, read);
      for (let other = 0; other < 8; other++) {
        if (other === index) continue;
        const claim = { index: other, size: 8, leaf: LEAVES[index] ?? emptyRoot, proof, root };
        expect(() => verifyInclusion(claim)).toThrow(expect.objectContaining({ code: 'root_mismatch' }));
      }
    }
  });

  it('does not pass a node off as a leaf', async () => {
    const { range, read } = grow(LEAVES);
    const [, ...upper] = await inclusionProof(0, 8, read);
    const node = fromHex(ROOTS[2] ?? '', 'node');
    const claim = { index: 0, size: 8, leaf: node, proof: upper, root: rootOf(range) };
    expect(() => verifyInclusion(claim)).toThrow(expect.objectContaining({ code: 'proof_shape' }));
  });

  it('is verified beyond the reach of 32-bit numbers', () => {
    // A tree of 2^40 + 1 leaves: the last leaf's only sibling is the perfect tree before it.
    const leaf = leafHash(Uint8Array.of(1));
    const before = leafHash(Uint8Array.of(2));
    const root = naiveRoot([before, leaf], emptyRoot);
    const claim = { index: 2 ** 40, size: 2 ** 40 + 1, leaf, proof: [before], root };
    expect(() => verifyInclusion(claim)).not.toThrow();
    expect(() => verifyInclusion({ ...claim, index: 0 })).toThrow(
      expect.objectContaining({ code: 'proof_shape' }),
    );
  });
});

describe('a consistency proof', () => {
  it('verifies between any two sizes, and for no other root', async () => {
    await fc.assert(
      fc.asyncProperty(treeAndPlace, fc.nat(), async ({ leaves, size: newSize, place }, bit) => {
        const oldSize = place % (newSize + 1);
        const proof = await consistencyProof(oldSize, newSize, grow(leaves).read);
        const oldRoot = naiveRoot(leaves.slice(0, oldSize), emptyRoot);
        const newRoot = naiveRoot(leaves.slice(0, newSize), emptyRoot);
        const sound = { oldSize, oldRoot, newSize, newRoot, proof };
        verifyConsistency(sound);
        const refused = expect.objectContaining({
          code: expect.stringMatching(/^(?:root_mismatch|proof_shape|index_out_of_range)$/),
        });
        expect(() => verifyConsistency({ ...sound, oldRoot: flipped(oldRoot, bit) })).toThrow(refused);
        if (oldSize > 0) {
          expect(() => verifyConsistency({ ...sound, newRoot: flipped(newRoot, bit) })).toThrow(refused);
        }
        expect(() => verifyConsistency({ ...sound, proof: [...proof, newRoot] })).toThrow(refused);
        expect(() => verifyConsistency({ ...sound, oldSize: newSize + 1 })).toThrow(refused);
        if (proof.length > 0) {
          expect(() => verifyConsistency({ ...sound, proof: proof.slice(0, -1) })).toThrow(refused);
          expect(() => verifyConsistency({ ...sound, proof: [] })).toThrow(refused);
        }
      }),
      runs,
    );
  });
});

describe('the nodes of a range', () => {
  it('are the perfect subtrees from the left', () => {
    expect(rangeNodes(13)).toEqual([
      { level: 3, index: 0 },
      { level: 2, index: 2 },
      { level: 0, index: 12 },
    ]);
    expect(rangeNodes(0)).toEqual([]);
    expect(perfectSubtrees(2 ** 40, 2 ** 40 + 2)).toEqual([{ level: 1, index: 2 ** 39 }]);
  });

  it('stand in the store in the order in which they are completed, without a gap', () => {
    const positions: number[] = [];
    let range = EMPTY_RANGE;
    for (let index = 0; index < 1_000; index++) {
      const grown = append(range, leafHash(Uint8Array.of(index >> 8, index)));
      positions.push(...grown.completed.map(nodePosition));
      range = grown.range;
    }
    expect(positions).toEqual(positions.map((_, order) => order));
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8));
  return copy;
}
