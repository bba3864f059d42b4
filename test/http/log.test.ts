import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/text.ts';
import { verifyCheckpoint } from '../../src/record/checkpoint.ts';
import { verifyGrowth } from '../../src/record/growth.ts';
import { inclusionProof, verifyInclusion } from '../../src/record/inclusion.ts';
import { entryOf } from '../../src/record/leaf.ts';
import { leafHash } from '../../src/record/merkle.ts';
import { parseVerifierKey } from '../../src/record/note.ts';
import { readTree, type TileSource } from '../../src/record/tile-reader.ts';
import { act } from '../store/contract.ts';
import { startTestVerifier, type TestVerifier } from './verifier.ts';

let verifier: TestVerifier;
beforeAll(async () => {
  verifier = await startTestVerifier();
  await verifier.context.store.write(async (tx) => {
    for (let order = 0; order < 600; order++) await tx.record(act(`act ${order}`, Date.now()));
  });
});
afterAll(() => verifier.close());

const get = (path: string) => fetch(`${verifier.url}/v1/log/${path}`);
const tiles: TileSource = async (path) => {
  const response = await get(path);
  return response.status === 200 ? response.bytes() : undefined;
};

const logKey = async () => parseVerifierKey((await (await get('key')).text()).trim());
const checkpoint = async () => verifyCheckpoint(await (await get('checkpoint')).text(), await logKey());

describe('the log as tiles', () => {
  it('is read whole by somebody who has its key and nothing else', async () => {
    const { size, root } = await checkpoint();
    expect(size).toBeGreaterThan(600);
    const reader = readTree({ size, root }, tiles);
    const bundles = await Promise.all([0, 1, 2].map(reader.entries));
    const entries = bundles.flat();
    expect(entries).toHaveLength(size);
    for (const index of [0, 255, 256, size - 1]) {
      const proof = await inclusionProof(index, size, reader.nodes);
      verifyInclusion({ index, size, root, proof, leaf: leafHash(entries[index] ?? root) });
    }
  });

  it('publishes entries that whoever lacks the salt can tell nothing from', async () => {
    const bundle = Buffer.from(await (await get('tile/entries/000')).bytes());
    expect(bundle.length).toBe(256 * 50);
    for (let at = 0; at < bundle.length; at += 50) {
      expect(bundle.readUInt16BE(at)).toBe(48);
      expect(bundle.subarray(at + 2, at + 18).toString()).toBe('sextant/v1/leaf\0');
    }
    expect(bundle.includes('act')).toBe(false);
    // Whoever has the act and its salt finds the entry in its place.
    const last = (await readTree(await checkpoint(), tiles).entries(2)).at(-1) ?? new Uint8Array();
    const at = verifier.context.store.highWater();
    expect(toHex(last)).toBe(toHex(entryOf({ ...act('act 599'), at })));
  });

  it('serves each tile as a file for ever, and the checkpoint as one that changes', async () => {
    for (const path of ['tile/0/000', 'tile/0/001.p/3', 'tile/1/000.p/2', 'tile/entries/002.p/1']) {
      const { status, headers } = await get(path);
      expect(status, path).toBe(200);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    const { headers } = await get('checkpoint');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('serves a full tile as 8,192 bytes that the partial one begins', async () => {
    const full = await (await get('tile/0/000')).bytes();
    expect(full.length).toBe(8_192);
    const partial = await (await get('tile/0/000.p/200')).bytes();
    expect(Buffer.from(partial).equals(full.subarray(0, 6_400))).toBe(true);
  });

  it.each([
    ['beyond the log', 'tile/0/002'],
    ['one hash beyond it', 'tile/1/000.p/3'],
    ['a level that it does not reach', 'tile/2/000.p/1'],
    ['entries beyond it', 'tile/entries/003.p/1'],
    ['the highest level', 'tile/63/000.p/1'],
    ['the highest index', 'tile/0/x009/x007/x199/x254/x740/991'],
    ['no tile', 'tile/0/x000/000'],
    ['the folder', 'tile/'],
  ])('has no tile: %s', async (_, path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  it('takes no other spelling of a path', async () => {
    for (const path of ['tile/0/000/', 'tile//0/000', 'tile/0/%30%30%30', 'tile/0/000?a=1']) {
      expect((await get(path)).status, path).not.toBe(200);
    }
  });
});

describe('the growth of the log', () => {
  it('is proven from any earlier checkpoint to the newest', async () => {
    const before = await checkpoint();
    await verifier.context.store.write((tx) => tx.record(act('one more', Date.now())));
    const { status, body } = await verifier.call('GET', `/v1/log/consistency/${before.size}`);
    expect(status).toBe(200);
    const after = verifyGrowth(body, before, await logKey());
    expect(after.size).toBe(before.size + 1);
    expect(after).toEqual(await checkpoint());
  });

  it('is not there from a size that the log never had', async () => {
    const { size } = await checkpoint();
    const beyond = await verifier.call('GET', `/v1/log/consistency/${size + 1}`);
    expect([beyond.status, beyond.body['code']]).toEqual([404, 'not_found']);
    const wrong = await verifier.call('GET', '/v1/log/consistency/01');
    expect([wrong.status, wrong.body['code']]).toEqual([400, 'invalid_request']);
  });
});
