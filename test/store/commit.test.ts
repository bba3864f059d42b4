import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AvailabilityError } from '../../src/store/errors.ts';
import { readHead } from '../../src/store/log/statements.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/open.ts';
import { act } from './contract.ts';
import { claimNote, countNotes, insertNote, NOTE_MIGRATIONS, readNote } from './notes.ts';
import { temporaryStore } from './temporary.ts';

const migrations = NOTE_MIGRATIONS;
const open = (
  options: { readonly maxGroup?: number; readonly maxBytes?: number; readonly folder?: string } = {},
) => temporaryStore({ migrations, ...options });
const code = (expected: string) => ({ code: expected });

describe('a group commit', () => {
  it('fails as a whole, refused units included, and the store serves on', async () => {
    const { store } = await open({ maxBytes: 2_000_000 });
    const filler = 'x'.repeat(10_000);
    const outcomes = await Promise.allSettled([
      store.write((tx) => tx.run(claimNote, { id: 0, text: 'small' })),
      // Refused because of a unit that will not have been: it must not hear so.
      store.write(async (tx) => {
        if ((await tx.run(claimNote, { id: 0, text: 'second' })) === 0) throw new Error('taken');
      }),
      ...Array.from({ length: 250 }, (_, id) =>
        store.write((tx) => tx.run(insertNote, { id: id + 1, text: filler })),
      ),
    ]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: code('store_unavailable') });
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(AvailabilityError);
    }
    expect(await store.read((view) => view.first(countNotes, {}))).toMatchObject({ count: 0 });
    await expect(store.ping()).resolves.toBeUndefined();
    expect(await store.write((tx) => tx.run(claimNote, { id: 0, text: 'third' }))).toBe(1);
  });

  it('is begun again where a unit is refused, and leaves of each of the others what it did once', async () => {
    const { store } = await open();
    const runs = [0, 0, 0];
    const unit = (id: number) =>
      store.write(async (tx) => {
        runs[id] = (runs[id] ?? 0) + 1;
        await tx.run(insertNote, { id, text: `note ${id}` });
        const leaf = await tx.record(act(`note ${id}`));
        if (id === 1) throw new TypeError('refused');
        return leaf;
      });
    const outcomes = await Promise.allSettled([unit(0), unit(1), unit(2)]);
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual([
      0,
      'refused',
      1,
    ]);
    expect(await store.first(countNotes, {})).toMatchObject({ count: 2 });
    expect(await store.first(readNote, { id: 1 })).toBeUndefined();
    expect(runs).toEqual([2, 2, 1]);
    // For a while after that it is prepared for another.
    await expect(Promise.allSettled([unit(3), unit(1), unit(4)])).resolves.toMatchObject([
      { value: 2 },
      {},
      { value: 3 },
    ]);
    expect(runs).toEqual([2, 3, 1, 1, 1]);
  });

  it('takes the log back with it', async () => {
    const { store } = await open({ maxBytes: 2_000_000 });
    await store.write((tx) => tx.record(act('kept', 1_000)));
    const filler = act('x'.repeat(2_000_000), 9_000);
    await expect(store.write((tx) => tx.record(filler))).rejects.toMatchObject(code('store_unavailable'));
    expect(store.highWater()).toEqual(new Date(1_000));
    expect(await store.write((tx) => tx.record(act('next', 2_000)))).toBe(1);
    expect(await store.read((view) => view.first(readHead, {}))).toMatchObject({
      size: 2,
      high_water_ms: 2_000,
    });
  });

  it('is bounded: more units than one group holds are committed in order by several', async () => {
    const { store } = await open({ maxGroup: 7 });
    const indices = await Promise.all(
      Array.from({ length: 50 }, (_, order) => store.write((tx) => tx.record(act(`${order}`)))),
    );
    expect(indices).toEqual(Array.from({ length: 50 }, (_, order) => order));
  });

  it('goes on from where another process has brought the log', async () => {
    const { store, folder } = await open();
    const other = await open({ folder });
    expect(await store.write((tx) => tx.record(act('a', 1_000)))).toBe(0);
    expect(await other.store.write((tx) => tx.record(act('b', 3_000)))).toBe(1);
    expect(await other.store.write((tx) => tx.record(act('c', 4_000)))).toBe(2);
    expect(await store.write((tx) => tx.record(act('d', 2_000)))).toBe(3);
    expect(store.highWater()).toEqual(new Date(4_000));
    expect(await other.store.read((view) => view.first(readHead, {}))).toMatchObject({ size: 4 });
  });
});

describe('a unit that awaits something else', () => {
  it('is refused and leaves nothing, and what it does later reaches no other unit', async () => {
    const { store } = await open();
    let later: Promise<unknown> | undefined;
    const slow = store.write(async (tx) => {
      await tx.run(insertNote, { id: 1, text: 'slow' });
      later = delay(20).then(() => tx.run(insertNote, { id: 2, text: 'slow' }));
      later.catch(() => {}); // judged below
      await later;
    });
    const beside = store.write((tx) => tx.run(insertNote, { id: 3, text: 'beside' }));
    await expect(slow).rejects.toMatchObject(code('unit_outlived'));
    expect(await beside).toBe(1);
    await expect(later).rejects.toMatchObject(code('unit_ended'));
    expect(await store.read((view) => view.first(countNotes, {}))).toMatchObject({ count: 1 });
  });

  it('is refused when it only reads', async () => {
    const { store } = await open();
    await expect(store.read(() => delay(20))).rejects.toMatchObject(code('unit_outlived'));
    expect(await store.read((view) => view.first(readNote, { id: 1 }))).toBeUndefined();
  });
});

describe('a damaged database', () => {
  it('is written to no more, and the store says so', async () => {
    const { store, folder } = await open();
    for (let id = 0; id < 50; id++) {
      await store.write((tx) => tx.run(insertNote, { id, text: `${id}`.repeat(500) }));
    }
    await store.close();
    damage(join(folder, DATABASE_FILE), 'note_text');
    const again = await open({ folder });
    const writing = again.store.write((tx) => tx.run(insertNote, { id: 100, text: 'x' }));
    await expect(writing).rejects.toMatchObject(code('store_unavailable'));
    // Not even what does not touch the damage.
    await expect(again.store.write((tx) => tx.record(act('x')))).rejects.toMatchObject(
      code('store_unavailable'),
    );
    await expect(again.store.ping()).rejects.toMatchObject(code('store_unavailable'));
  });
});

/** Overwrites the first page of a table or index. */
function damage(file: string, name: string): void {
  const db = new DatabaseSync(file);
  const root = Number(
    db.prepare('select rootpage from sqlite_schema where name = ?').get(name)?.['rootpage'],
  );
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.close();
  const handle = openSync(file, 'r+');
  writeSync(handle, new Uint8Array(size).fill(0xff), 0, size, (root - 1) * size);
  closeSync(handle);
}
