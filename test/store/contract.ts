import { describe, expect, it } from 'vitest';
import type { Act } from '../../src/record/leaf.ts';
import { EMPTY_RANGE, rootOf } from '../../src/record/merkle.ts';
import { readHead, readLeaf } from '../../src/store/log/statements.ts';
import type { Store } from '../../src/store/port.ts';
import {
  claimNote,
  countNotes,
  insertFullNote,
  insertNote,
  readNote,
  readNotes,
  updateNotes,
} from './notes.ts';

export type OpenStore = (options?: { readonly maxQueued?: number }) => Promise<Store>;

export function act(text: string, atMs = 1_000): Act {
  return {
    type: 'test',
    at: new Date(atMs),
    tenant: 'a',
    body: { text },
    salt: new Uint8Array(32).fill(7),
  };
}

const count = async (store: Store): Promise<number | undefined> =>
  (await store.read((view) => view.first(countNotes, {})))?.count;
const head = (store: Store) => store.read((view) => view.first(readHead, {}));

/** What every adapter of the port promises. */
export function describeStore(name: string, open: OpenStore): void {
  describe(`${name}, a unit of work`, () => {
    it('is there for readers once its promise resolves', async () => {
      const store = await open();
      await store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
      expect(await store.read((view) => view.first(readNote, { id: 1 }))).toMatchObject({ text: 'one' });
    });

    it('answers what the work answers', async () => {
      const store = await open();
      expect(await store.write(async () => 'done')).toBe('done');
    });

    it('sees its own writes, and those of units before it', async () => {
      const store = await open();
      const first = store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
      const second = store.write(async (tx) => {
        await tx.run(insertNote, { id: 2, text: 'two' });
        return tx.all(readNotes, { limit: 10 });
      });
      await first;
      expect((await second).map(({ id }) => id)).toEqual([1, 2]);
    });

    it('leaves nothing when its work throws, and passes the error on', async () => {
      const store = await open();
      const mistake = new Error('mistake');
      const failing = store.write(async (tx) => {
        await tx.run(insertNote, { id: 1, text: 'one' });
        await tx.record(act('one'));
        throw mistake;
      });
      await expect(failing).rejects.toBe(mistake);
      expect(await count(store)).toBe(0);
      expect((await head(store))?.size).toBe(0);
    });

    it('leaves the units beside it whole when it throws', async () => {
      const store = await open();
      const units = [0, 1, 2, 3, 4, 5, 6].map((id) =>
        store.write(async (tx) => {
          await tx.run(insertNote, { id, text: 'note' });
          const index = await tx.record(act(`${id}`));
          if (id % 3 === 1) throw new Error('refused');
          return index;
        }),
      );
      const outcomes = await Promise.allSettled(units);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
        [0, 1, 2, 3, 4, 5, 6].map((id) => id % 3 !== 1),
      );
      const rows = await store.read((view) => view.all(readNotes, { limit: 10 }));
      expect(rows.map(({ id }) => id)).toEqual([0, 2, 3, 5, 6]);
      // The leaves are as dense as if the refused had never come.
      expect(outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))).toEqual([
        0, 1, 2, 3, 4,
      ]);
      expect((await head(store))?.size).toBe(5);
    });

    it('is not committed when a statement failed, even if the work caught the error', async () => {
      const store = await open();
      await store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
      const swallowing = store.write(async (tx) => {
        await tx.run(insertNote, { id: 2, text: 'two' });
        await tx.run(insertNote, { id: 1, text: 'again' }).catch(() => {});
      });
      await expect(swallowing).rejects.toMatchObject({ code: 'constraint_violated' });
      expect(await count(store)).toBe(1);
    });

    it('learns from the number of rows whether it was first', async () => {
      const store = await open();
      const claim = (text: string) => store.write((tx) => tx.run(claimNote, { id: 1, text }));
      expect(await Promise.all([claim('first'), claim('second')])).toEqual([1, 0]);
      expect(await store.read((view) => view.first(readNote, { id: 1 }))).toMatchObject({ text: 'first' });
    });

    it('counts the rows that an update changed', async () => {
      const store = await open();
      await store.write(async (tx) => {
        for (const id of [1, 2, 3]) await tx.run(insertNote, { id, text: id === 3 ? 'b' : 'a' });
      });
      expect(await store.write((tx) => tx.run(updateNotes, { from: 'a', to: 'c' }))).toBe(2);
    });

    it('keeps numbers, text, bytes and null as they were', async () => {
      const store = await open();
      const note = {
        id: Number.MAX_SAFE_INTEGER,
        text: 'π \u{1f6f0} \u0001',
        weight: Number.MIN_SAFE_INTEGER,
        data: Uint8Array.of(0, 255),
      };
      const empty = { id: 2, text: '', weight: null, data: null };
      const inserted = await store.write((tx) => tx.first(insertFullNote, note));
      await store.write((tx) => tx.first(insertFullNote, empty));
      expect({ ...inserted }).toEqual(note);
      const read = await store.read((view) => view.first(readNote, { id: note.id }));
      expect({ ...read }).toEqual(note);
      expect({ ...(await store.read((view) => view.first(readNote, { id: 2 }))) }).toEqual(empty);
    });

    it('refuses a value of another type than the column has', async () => {
      const store = await open();
      const mistyped = { id: 1, text: 'x', weight: 'heavy', data: null };
      const writing = store.write((tx) => tx.first(insertFullNote, mistyped as never)); // the point of the test
      await expect(writing).rejects.toMatchObject({ code: 'constraint_violated' });
    });

    it('refuses to run a statement without one of its parameters', async () => {
      const store = await open();
      const reading = store.read((view) => view.first(readNote, {} as never)); // the point of the test
      await expect(reading).rejects.toMatchObject({ code: 'parameter_missing', path: 'id' });
    });

    it('cannot be used after it has ended', async () => {
      const store = await open();
      const tx = await store.write(async (unit) => unit);
      const view = await store.read(async (unit) => unit);
      await expect(tx.run(insertNote, { id: 1, text: 'late' })).rejects.toMatchObject({ code: 'unit_ended' });
      await expect(tx.record(act('late'))).rejects.toMatchObject({ code: 'unit_ended' });
      await expect(view.first(readNote, { id: 1 })).rejects.toMatchObject({ code: 'unit_ended' });
      expect(await count(store)).toBe(0);
    });
  });

  describe(`${name}, a read`, () => {
    it('sees nothing of a write that is under way', async () => {
      const store = await open();
      // Whatever it takes to begin a read has been done before.
      await count(store);
      const seen: (number | undefined)[] = [];
      const reads: Promise<unknown>[] = [];
      await store.write(async (tx) => {
        await tx.run(insertNote, { id: 1, text: 'one' });
        reads.push(count(store).then((value) => seen.push(value)));
        // It goes on until the read has ended, however long that takes.
        for (let pause = 0; seen.length === 0 && pause < 100_000; pause++)
          await tx.first(readNote, { id: 1 });
      });
      await Promise.all(reads);
      expect(seen).toEqual([0]);
    });

    it('of one statement sees what is durable by then, though a longer read began earlier', async () => {
      const store = await open();
      // Whatever it takes to begin a read has been done before.
      await Promise.all([count(store), count(store)]);
      let before: Promise<unknown> = Promise.resolve('none');
      let long: Promise<unknown> = Promise.resolve();
      let begun = 0;
      await store.write(async (tx) => {
        await tx.run(insertNote, { id: 1, text: 'one' });
        before = store.first(readNote, { id: 1 }).finally(() => begun++);
        long = store.read(async (view) => {
          let seen: unknown = await view.first(readNote, { id: 1 }).finally(() => begun++);
          for (let pause = 0; pause < 1000; pause++) seen = await view.first(readNote, { id: 1 });
          return seen;
        });
        // A unit of work may await nothing but the store: it asks on until both reads are under way.
        for (let pause = 0; begun < 2 && pause < 100_000; pause++) await tx.first(readNote, { id: 1 });
      });
      expect(await store.first(readNote, { id: 1 })).toMatchObject({ text: 'one' });
      expect([await before, await long]).toEqual([undefined, undefined]);
    });

    it('cannot write', async () => {
      const store = await open();
      const writing = store.read((view) =>
        view.first(insertFullNote, { id: 1, text: '', weight: null, data: null }),
      );
      await expect(writing).rejects.toMatchObject({ code: 'store_unavailable' });
    });

    it('does not disturb those beside it when it throws', async () => {
      const store = await open();
      const failing = store.read(async () => {
        throw new Error('mistake');
      });
      const beside = count(store);
      await expect(failing).rejects.toThrow('mistake');
      expect(await beside).toBe(0);
    });
  });

  describe(`${name}, the log`, () => {
    it('begins with the empty tree', async () => {
      const store = await open();
      expect(await head(store)).toMatchObject({ size: 0, root: new Uint8Array(rootOf(EMPTY_RANGE)) });
      expect(store.highWater()).toEqual(new Date(0));
    });

    it('gives acts that are recorded side by side leaves of their own', async () => {
      const store = await open();
      const indices = await store.write((tx) => Promise.all([tx.record(act('a')), tx.record(act('b'))]));
      expect(indices).toEqual([0, 1]);
    });

    it('never goes back in time, and says how far it has come', async () => {
      const store = await open();
      await store.write((tx) => tx.record(act('first', 5_000)));
      await store.write((tx) => tx.record(act('second', 4_000)));
      const leaf = await store.read((view) => view.first(readLeaf, { leafIndex: 1 }));
      expect(leaf?.at_ms).toBe(5_000);
      expect(store.highWater()).toEqual(new Date(5_000));
    });

    it('does not take the high-water mark from a unit that was rolled back', async () => {
      const store = await open();
      const failing = store.write(async (tx) => {
        await tx.record(act('first', 9_000));
        throw new Error('mistake');
      });
      await expect(failing).rejects.toThrow('mistake');
      expect(store.highWater()).toEqual(new Date(0));
    });

    it('refuses an act without a whole salt', async () => {
      const store = await open();
      const recording = store.write((tx) => tx.record({ ...act('x'), salt: new Uint8Array(31) }));
      await expect(recording).rejects.toMatchObject({ code: 'salt_length' });
    });
  });

  describe(`${name}, under load and at its end`, () => {
    it('refuses what its queue cannot hold, and keeps what it accepted', async () => {
      const store = await open({ maxQueued: 10 });
      const units = Array.from({ length: 15 }, (_, id) =>
        store.write((tx) => tx.run(insertNote, { id, text: 'note' })),
      );
      const outcomes = await Promise.allSettled(units);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.map(({ reason }) => reason.code)).toEqual(Array.from({ length: 5 }, () => 'overloaded'));
      expect(await count(store)).toBe(10);
    });

    it('finishes what it accepted before it closes, and accepts nothing after', async () => {
      const store = await open();
      const written = store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
      const closing = store.close();
      await expect(written).resolves.toBe(1);
      await closing;
      await expect(store.write(async () => {})).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(store.read(async () => {})).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(store.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
      await expect(store.close()).resolves.toBeUndefined();
    });

    it('answers a ping while it serves', async () => {
      const store = await open();
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
