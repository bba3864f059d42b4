import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { consistencyProof, verifyConsistency } from '../../src/record/consistency.ts';
import { inclusionProof, verifyInclusion } from '../../src/record/inclusion.ts';
import { leafHash, rangeNodes, rootOf } from '../../src/record/merkle.ts';
import { readTree, type TileSource } from '../../src/record/tile-reader.ts';
import { fuzzRuns } from '../vectors.ts';
import { tiledLog } from './tiled-log.ts';

const SIZE = 70_000;
const runs = { numRuns: Math.max(60, Math.floor(fuzzRuns / 50)) };
const code = (expected: string) => expect.objectContaining({ code: expected });

let big: ReturnType<typeof tiledLog>;
beforeAll(() => {
  big = tiledLog(SIZE);
});

async function treeOf(size: number) {
  const roots = await big.read(rangeNodes(size));
  return { size, root: rootOf({ size, roots }) };
}

/** Serves one file changed. */
function tampered(path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): TileSource {
  return async (asked) => {
    const bytes = await big.get(asked);
    return asked === path && bytes !== undefined ? change(bytes) : bytes;
  };
}

const flip = (at: number) => (bytes: Uint8Array) =>
  bytes.map((byte, place) => (place === at % bytes.length ? byte ^ 1 : byte));

describe('a reader of tiles', () => {
  it('makes the proofs that the nodes themselves make, at every size of a growing log', async () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: SIZE }));
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, place) => {
        const { root } = await treeOf(size);
        const { nodes } = readTree({ size, root }, big.get);
        const index = place % size;
        const proof = await inclusionProof(index, size, nodes);
        const entry = big.entries[index] ?? new Uint8Array();
        verifyInclusion({ index, size, leaf: leafHash(entry), proof, root });
        const old = await treeOf(index);
        verifyConsistency({
          oldSize: index,
          oldRoot: old.root,
          newSize: size,
          newRoot: root,
          proof: await consistencyProof(index, size, nodes),
        });
      }),
      runs,
    );
  });

  it('reads any node of the tree', async () => {
    const { nodes } = readTree(big, big.get);
    for (let level = 0; level <= 16; level++) {
      const count = Math.floor(SIZE / 2 ** level);
      for (const index of new Set([0, Math.floor(count / 3), count - 1])) {
        const wanted = [{ level, index }];
        expect((await nodes(wanted)).map(toHex)).toEqual((await big.read(wanted)).map(toHex));
      }
      await expect(nodes([{ level, index: count }])).rejects.toMatchObject({ code: 'index_out_of_range' });
    }
  });

  it('reads every entry', async () => {
    const log = tiledLog(1_000);
    const reader = readTree(log, log.get);
    const read: string[] = [];
    for (let bundle = 0; bundle < 4; bundle++) {
      for (const entry of await reader.entries(bundle)) read.push(Buffer.from(entry).toString());
    }
    expect(read).toEqual(log.entries.map(String));
    for (const index of [4, -1, 0.5]) {
      await expect(reader.entries(index)).rejects.toMatchObject({ code: 'index_out_of_range' });
    }
  });

  it('asks for few files, and for none twice', async () => {
    const log = tiledLog(70_000);
    const { nodes } = readTree(log, log.get);
    await inclusionProof(12_345, log.size, nodes);
    await inclusionProof(12_346, log.size, nodes);
    expect(log.asked.toSorted()).toEqual([
      'tile/0/048',
      'tile/0/273.p/112',
      'tile/1/000',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
  });

  it('takes the full tile where the partial one is gone', async () => {
    const size = 300;
    const { root } = await treeOf(size);
    const withoutPartial: TileSource = async (path) => (path.includes('.p/') ? undefined : big.get(path));
    const reader = readTree({ size, root }, withoutPartial);
    expect(await reader.entries(1)).toHaveLength(44);
    await expect(readTree(big, withoutPartial).nodes([{ level: 0, index: 0 }])).rejects.toMatchObject({
      code: 'tile_absent',
      path: 'tile/0/273.p/112',
    });
  });

  it('hands on nothing of the empty tree', async () => {
    const empty = readTree({ size: 0, root: rootOf({ size: 0, roots: [] }) }, big.get);
    expect(await empty.nodes([])).toEqual([]);
    await expect(empty.nodes([{ level: 0, index: 0 }])).rejects.toMatchObject({ code: 'index_out_of_range' });
    await expect(empty.entries(0)).rejects.toMatchObject({ code: 'index_out_of_range' });
  });

  it.each([
    ['a leaf', 'tile/0/048', 'tile/0/048'],
    ['a hash above the leaf', 'tile/1/000', 'tile/1/000'],
    ['the top', 'tile/2/000.p/1', 'the right edge'],
    ['the edge of the leaves', 'tile/0/273.p/112', 'the right edge'],
    ['the edge above', 'tile/1/001.p/17', 'the right edge'],
  ])('hands on no hash where one bit is changed: %s', async (_, path, blamed) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (at) => {
        const { nodes } = readTree(big, tampered(path, flip(at)));
        await expect(nodes([{ level: 0, index: 12_345 }])).rejects.toMatchObject({
          code: 'tile_mismatch',
          path: blamed,
        });
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['cut', (bytes: Uint8Array) => bytes.subarray(1), 'truncated'],
    ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, bytes.subarray(0, 32)]), 'trailing_data'],
    ['absent', () => undefined, 'tile_absent'],
    ['of another place', (bytes: Uint8Array) => new Uint8Array(bytes).reverse(), 'tile_mismatch'],
  ])('hands on nothing of a tile that is %s', async (_, change, expected) => {
    const { nodes } = readTree(big, tampered('tile/0/048', change));
    await expect(nodes([{ level: 0, index: 12_345 }])).rejects.toMatchObject({ code: expected });
    expect(await nodes([{ level: 0, index: 0 }])).toHaveLength(1);
  });

  it('knows entries that are not their leaves', async () => {
    const bundle = 'tile/entries/048';
    const swapped: TileSource = (path) => big.get(path === bundle ? 'tile/entries/049' : path);
    await expect(readTree(big, swapped).entries(48)).rejects.toMatchObject({ code: 'entry_mismatch' });
    const { entries } = readTree(big, tampered(bundle, flip(4)));
    await expect(entries(48)).rejects.toMatchObject({
      code: 'entry_mismatch',
      path: `entries[${48 * 256}]`,
    });
    expect(await entries(47)).toHaveLength(256);
  });

  it('asks again after a source has failed', async () => {
    let fails = true;
    const unsteady: TileSource = async (path) => {
      if (fails) throw new Error('not now');
      return big.get(path);
    };
    const { nodes } = readTree(big, unsteady);
    await expect(nodes([{ level: 0, index: 1 }])).rejects.toThrow('not now');
    fails = false;
    expect(await nodes([{ level: 0, index: 1 }])).toHaveLength(1);
  });

  it('refuses the tiles of another tree of the same size', async () => {
    const other = { size: SIZE, root: leafHash(Uint8Array.of(1)) };
    await expect(readTree(other, big.get).nodes([{ level: 0, index: 0 }])).rejects.toThrow(
      code('tile_mismatch'),
    );
  });
});
