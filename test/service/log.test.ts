import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyCheckpoint } from '../../src/record/checkpoint.ts';
import { consistencyProof, verifyConsistency } from '../../src/record/consistency.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { latestCheckpoint, receiptFor } from '../../src/service/log.ts';
import { readNodeHashes } from '../../src/store/log/nodes.ts';
import type { Store } from '../../src/store/port.ts';
import { trustEpoch } from '../../src/store/registry/trust.ts';
import { onPostgres } from '../postgres/choice.ts';
import { act } from '../store/contract.ts';
import { serviceStore } from '../store/temporary.ts';

const pair = generateKeyPairSync('ed25519');
const origin = 'log.example/sextant';
const log = { name: origin, publicKey: pair.publicKey };

function contextOf(store: Store) {
  const keys = { log: { kid: 'log', alg: 'Ed25519' as const, ...pair } };
  return { store, keys, config: { logOrigin: origin } };
}

const record = (store: Store, text: string) => store.write((tx) => tx.record(act(text)));

describe('a receipt of the service', () => {
  it('proves each act, whatever the size of the tree', async () => {
    const { store } = await serviceStore();
    const context = contextOf(store);
    for (let size = 1; size <= 40; size++) {
      expect(await record(store, `act ${size - 1}`)).toBe(size - 1);
      for (const index of new Set([0, Math.floor(size / 2), size - 1])) {
        const receipt = JSON.parse(JSON.stringify(await receiptFor(context, index)));
        const proven = verifyReceipt(receipt, log);
        expect(proven.checkpoint.size).toBe(size);
        expect(proven.leafIndex).toBe(index);
        expect(proven.act).toEqual(act(`act ${index}`));
      }
    }
  });

  it('shares one signature with those of the same commit', async () => {
    const { store } = await serviceStore();
    const context = contextOf(store);
    const indices = await Promise.all(['a', 'b', 'c'].map((text) => record(store, text)));
    const receipts = await Promise.all(indices.map((index) => receiptFor(context, index)));
    expect(new Set(receipts.map(({ checkpoint }) => checkpoint)).size).toBe(1);
  });

  it('is never of another store that has the same key and as many leaves', async () => {
    for (const text of ['one', 'two']) {
      const { store } = await serviceStore();
      const index = await record(store, text);
      expect(verifyReceipt(await receiptFor(contextOf(store), index), log).act.body).toEqual({ text });
    }
  });

  it('is not given for what was rolled back or never was', async () => {
    const { store } = await serviceStore();
    const failing = store.write(async (tx) => {
      await tx.record(act('never'));
      throw new Error('mistake');
    });
    await expect(failing).rejects.toThrow('mistake');
    for (const index of [0, -1, 0.5, 2 ** 53]) {
      await expect(receiptFor(contextOf(store), index)).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  it('covers nothing that is not yet committed', async () => {
    const { store } = await serviceStore();
    const context = contextOf(store);
    await record(store, 'first');
    const during: Promise<string>[] = [];
    await store.write(async (tx) => {
      const index = await tx.record(act('second'));
      during.push(receiptFor(context, index).then(String, (error) => error.code));
      during.push(latestCheckpoint(context));
      let haveEnded = false;
      void Promise.all(during).then(() => {
        haveEnded = true;
      });
      // Until the reads beside it have ended. Embedded, no turn passes here in which what they wait for could come: then long enough.
      for (let pause = 0; pause < 200 || (onPostgres && !haveEnded); pause++) await tx.first(trustEpoch, {});
    });
    const [receipt, checkpoint] = await Promise.all(during);
    expect(receipt).toBe('not_found');
    expect(verifyCheckpoint(checkpoint ?? '', log).size).toBe(1);
  });

  it('goes on consistently after the store was opened again', async () => {
    const { store, folder } = await serviceStore();
    for (const text of ['a', 'b', 'c']) await record(store, text);
    const before = verifyCheckpoint(await latestCheckpoint(contextOf(store)), log);
    await store.close();
    const again = await serviceStore({ folder });
    for (const text of ['d', 'e']) await record(again.store, text);
    const after = verifyCheckpoint(await latestCheckpoint(contextOf(again.store)), log);
    const proof = await again.store.read((view) =>
      consistencyProof(before.size, after.size, (nodes) => readNodeHashes(view, nodes)),
    );
    verifyConsistency({
      oldSize: before.size,
      oldRoot: before.root,
      newSize: after.size,
      newRoot: after.root,
      proof,
    });
  });
});
