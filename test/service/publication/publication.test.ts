import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { verifyCheckpoint } from '../../../src/record/checkpoint.ts';
import { rootOf } from '../../../src/record/merkle.ts';
import { requireSameLog } from '../../../src/service/keys/log-key.ts';
import { checkpointOf, latestCheckpoint, receiptFor, rootAt } from '../../../src/service/log.ts';
import { guardedStore } from '../../../src/service/publication/guarded-store.ts';
import { Publication } from '../../../src/service/publication/publication.ts';
import { readHead } from '../../../src/store/log/statements.ts';
import type { Store } from '../../../src/store/port.ts';
import { act } from '../../store/contract.ts';
import { serviceStore } from '../../store/temporary.ts';

const pair = generateKeyPairSync('ed25519');
const origin = 'log.example/sextant';
const key = { kid: 'log', alg: 'Ed25519' as const, ...pair };
const EMPTY = { size: 0, root: rootOf({ size: 0, roots: [] }) };

const record = (store: Store, text: string) => store.write((tx) => tx.record(act(text)));
const sizeOf = (note: string) => verifyCheckpoint(note, { name: origin, publicKey: pair.publicKey }).size;

async function publishing(leaves: number) {
  const { store } = await serviceStore();
  for (let leaf = 0; leaf < leaves; leaf++) await record(store, `act ${leaf}`);
  const kept: number[] = [];
  const file = {
    keep: async (note: string): Promise<void> => void kept.push(sizeOf(note)),
    close: async () => {},
  };
  const log = pino({ level: 'silent' });
  const open = (newest: { readonly size: number; readonly root: Uint8Array } = EMPTY) =>
    new Publication({ store, origin, log, kept: [file], newest, refusal: null });
  const contextOf = (publication: Publication) => ({
    store,
    keys: { log: key },
    config: { logOrigin: origin },
    publication,
  });
  return { store, kept, file, open, contextOf };
}

describe('a checkpoint', () => {
  it('is kept before it is handed out, once for all that ask for it', async () => {
    const { store, kept, file, open, contextOf } = await publishing(3);
    const context = contextOf(open());
    const { promise, resolve } = Promise.withResolvers<void>();
    const keep = file.keep;
    file.keep = async (note) => {
      await promise;
      return keep(note);
    };
    let handed = 0;
    const asked = [latestCheckpoint(context), latestCheckpoint(context), receiptFor(context, 1)];
    for (const one of asked) void one.then(() => handed++);
    await store.read(async () => {});
    expect([handed, kept]).toEqual([0, []]);
    resolve();
    await Promise.all(asked);
    expect([handed, kept]).toEqual([3, [3]]);
    await latestCheckpoint(context);
    expect(kept).toEqual([3]);
  });

  it('of any size is handed out while the log grows, and what is kept covers it', async () => {
    const { store, kept, open, contextOf } = await publishing(0);
    const context = contextOf(open());
    const growing = Array.from({ length: 40 }, async (_, order) => {
      const index = await record(store, `act ${order}`);
      const { checkpoint } = await receiptFor(context, index);
      expect(sizeOf(checkpoint)).toBeGreaterThan(index);
      expect(kept.at(-1)).toBeGreaterThanOrEqual(sizeOf(checkpoint));
    });
    await Promise.all(growing);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });

  it('is not handed out where it cannot be kept, and is once it can', async () => {
    const { file, open, contextOf } = await publishing(2);
    const context = contextOf(open());
    const keep = file.keep;
    file.keep = () => Promise.reject(new Error('EIO'));
    await expect(latestCheckpoint(context)).rejects.toMatchObject({ code: 'checkpoint_unkept' });
    file.keep = keep;
    expect(sizeOf(await latestCheckpoint(context))).toBe(2);
  });

  it('of another history than what was published is never handed out, nor is anything after it', async () => {
    const { store, kept, open, contextOf } = await publishing(4);
    const publication = open({ size: 3, root: new Uint8Array(32).fill(9) });
    const context = contextOf(publication);
    await expect(latestCheckpoint(context)).rejects.toMatchObject({ code: 'log_behind' });
    expect(publication.refusal).toMatchObject({ kind: 'forked', at: 3 });
    await expect(receiptFor(context, 0)).rejects.toMatchObject({ code: 'log_behind' });
    expect(kept).toEqual([]);
    const guarded = guardedStore(store, publication);
    await expect(record(guarded, 'more')).rejects.toMatchObject({ code: 'log_behind' });
    expect((await guarded.first(readHead, {}))?.size).toBe(4);
  });

  it('of fewer leaves than were published is never handed out', async () => {
    const { open, contextOf } = await publishing(4);
    const publication = open({ size: 5, root: new Uint8Array(32) });
    await expect(latestCheckpoint(contextOf(publication))).rejects.toMatchObject({ code: 'log_behind' });
    expect(publication.refusal).toMatchObject({ kind: 'behind', has: 4, published: 5 });
  });

  it('lies before every act that is recorded: one that would stand within it is undone, and nothing is recorded any more', async () => {
    const { store, open } = await publishing(4);
    const sound = guardedStore(store, open({ size: 4, root: new Uint8Array(32) }));
    expect(await record(sound, 'behind it')).toBe(4);
    const publication = open({ size: 7, root: new Uint8Array(32) });
    const guarded = guardedStore(store, publication);
    await expect(record(guarded, 'within it')).rejects.toMatchObject({ code: 'log_behind' });
    expect(publication.refusal).toMatchObject({ kind: 'behind', has: 5, published: 7 });
    await expect(guarded.write(async () => {})).rejects.toMatchObject({ code: 'log_behind' });
    expect(await guarded.first(readHead, {})).toMatchObject({ size: 5 });
  });

  it('of an older tree is handed out only where that is part of the newest', async () => {
    const { store, open, contextOf } = await publishing(4);
    const newest = await store.first(readHead, {});
    if (newest === undefined) throw new Error('it has a head');
    const context = contextOf(open(newest));
    const root = await store.read((view) => rootAt({ store }, view, 2));
    expect(sizeOf(await checkpointOf(context, { size: 2, root }))).toBe(2);
    const other = { size: 2, root: new Uint8Array(32) };
    await expect(checkpointOf(context, other)).rejects.toMatchObject({ code: 'log_behind' });
  });

  it('is signed by no other name than the log has by now', async () => {
    const { store, open, contextOf } = await publishing(1);
    await requireSameLog(store, key.kid, 'log.example/renamed');
    const publication = open();
    await expect(latestCheckpoint(contextOf(publication))).rejects.toMatchObject({ code: 'log_behind' });
    expect(publication.refusal).toMatchObject({ kind: 'renamed', origin: 'log.example/renamed' });
  });
});
