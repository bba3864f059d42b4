import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { leafOf } from '../../../src/record/leaf.ts';
import { EMPTY_RANGE, rootOf } from '../../../src/record/merkle.ts';
import { readHead, readLeaf } from '../../../src/store/log/statements.ts';
import { describeWithPostgres, execute } from '../../postgres/shared.ts';
import { naiveRoot } from '../../record/tree.ts';
import { act } from '../contract.ts';
import { claimNote, countNotes, insertNote, readNote, readNotes, updateNotes } from '../notes.ts';
import { noteStore } from './store.ts';

const code = (expected: string) => ({ code: expected });
/** Ends every other connection to a database, as an administrator would. */
const endOthers =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';

describeWithPostgres('a group commit on PostgreSQL', () => {
  it('answers statements of a unit that are sent together in their order, each seeing those before it', async () => {
    const { store } = await noteStore();
    const answers = await store.write((tx) =>
      Promise.all([
        tx.first(countNotes, {}),
        tx.run(insertNote, { id: 1, text: 'a' }),
        tx.first(countNotes, {}),
        tx.run(updateNotes, { from: 'a', to: 'b' }),
        tx.first(readNote, { id: 1 }),
      ]),
    );
    expect(answers).toMatchObject([{ count: 0 }, 1, { count: 1 }, 1, { text: 'b' }]);
  });

  it('keeps nothing of a unit that is refused while its statements are under way', async () => {
    const { store } = await noteStore();
    const refused = store.write((tx) =>
      Promise.all([
        tx.run(insertNote, { id: 1, text: 'gone' }),
        tx.first(readNote, { id: 1 }).then(() => Promise.reject(new Error('refused'))),
        tx.run(insertNote, { id: 2, text: 'gone' }),
      ]),
    );
    const beside = store.write((tx) => tx.run(insertNote, { id: 2, text: 'kept' }));
    await expect(refused).rejects.toThrow('refused');
    expect(await beside).toBe(1);
    expect(await store.read((view) => view.all(readNotes, { limit: 9 }))).toEqual([{ id: 2, text: 'kept' }]);
  });

  it('is bounded: more units than one group holds are committed in order by several', async () => {
    const { store } = await noteStore({ maxGroup: 7 });
    const indices = await Promise.all(
      Array.from({ length: 50 }, (_, order) => store.write((tx) => tx.record(act(`${order}`)))),
    );
    expect(indices).toEqual(Array.from({ length: 50 }, (_, order) => order));
  });

  it('shares the log with other processes: one order, no leaf twice, one tree', async () => {
    const one = await noteStore({ maxGroup: 5 });
    const other = await noteStore({ url: one.url, maxGroup: 3 });
    const recorded = new Map<number, string>();
    const writeAll = (store: typeof one.store, name: string) =>
      Promise.all(
        Array.from({ length: 40 }, async (_, order) => {
          const text = `${name}${order}`;
          recorded.set(await store.write((tx) => tx.record(act(text, order))), text);
          await delay(order % 3);
        }),
      );
    await Promise.all([writeAll(one.store, 'a'), writeAll(other.store, 'b')]);
    expect([...recorded.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, at) => at));
    const { head, leaves } = await one.store.read(async (view) => {
      const leaves: Uint8Array[] = [];
      for (let leafIndex = 0; leafIndex < 80; leafIndex++) {
        const row = await view.first(readLeaf, { leafIndex });
        expect(JSON.parse(row?.body ?? '')).toEqual({ text: recorded.get(leafIndex) });
        leaves.push(leafOf(act(recorded.get(leafIndex) ?? '', row?.at_ms)));
      }
      return { head: await view.first(readHead, {}), leaves };
    });
    expect(head?.size).toBe(80);
    expect(head?.root).toEqual(new Uint8Array(naiveRoot(leaves, rootOf(EMPTY_RANGE))));
  });

  it('lets one process alone claim what two want', async () => {
    const one = await noteStore();
    const other = await noteStore({ url: one.url });
    const claims = Array.from({ length: 30 }, (_, id) =>
      [one, other].map(({ store }) => store.write((tx) => tx.run(claimNote, { id, text: 'mine' }))),
    );
    for (const claim of claims) expect((await Promise.all(claim)).sort()).toEqual([0, 1]);
  });

  it('goes on from where another process has brought the log, its high-water mark included', async () => {
    const { store, url } = await noteStore();
    const other = await noteStore({ url });
    expect(await store.write((tx) => tx.record(act('a', 1_000)))).toBe(0);
    expect(await other.store.write((tx) => tx.record(act('b', 3_000)))).toBe(1);
    expect(store.highWater()).toEqual(new Date(1_000));
    await store.ping();
    expect(store.highWater()).toEqual(new Date(3_000));
    expect(await store.write((tx) => tx.record(act('c', 2_000)))).toBe(2);
    expect(await other.store.read((view) => view.first(readHead, {}))).toMatchObject({ size: 3 });
  });

  it('runs again where its connection is lost before its end, and its units are there once', async () => {
    const { store, url } = await noteStore();
    let runs = 0;
    const index = await store.write(async (tx) => {
      runs++;
      await tx.run(insertNote, { id: 1, text: 'one' });
      if (runs === 1) await endConnections(url, () => tx.first(readNote, { id: 1 }));
      return tx.record(act('one'));
    });
    expect([runs, index]).toEqual([2, 0]);
    expect(await store.read((view) => view.first(countNotes, {}))).toMatchObject({ count: 1 });
  });

  it('gives up where its connection is lost each time, says so, and serves on', async () => {
    const { store, url } = await noteStore();
    let runs = 0;
    const failing = store.write(async (tx) => {
      runs++;
      await endConnections(url, () => tx.first(readNote, { id: 1 }));
    });
    await expect(failing).rejects.toMatchObject(code('store_unavailable'));
    expect(runs).toBe(3);
    await expect(store.ping()).resolves.toBeUndefined();
    expect(await store.write((tx) => tx.run(claimNote, { id: 1, text: 'later' }))).toBe(1);
  });

  it('reads on where an idle connection was ended', async () => {
    const { store, url } = await noteStore();
    await Promise.all([1, 2, 3].map(() => store.first(countNotes, {})));
    await execute(url, endOthers);
    expect(await store.first(countNotes, {})).toMatchObject({ count: 0 });
    await execute(url, endOthers);
    expect(await store.read((view) => view.first(countNotes, {}))).toMatchObject({ count: 0 });
  });

  it('is refused as overloaded where another transaction holds the log for too long, and serves on', async () => {
    const { store, url } = await noteStore({ pool: { lockTimeoutMs: 100 } });
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    onTestFinished(() => holder.end());
    await holder.query('begin; select * from log_head for update');
    await expect(store.write((tx) => tx.record(act('x')))).rejects.toMatchObject(code('overloaded'));
    expect(await store.first(countNotes, {})).toMatchObject({ count: 0 });
    await holder.query('rollback');
    expect(await store.write((tx) => tx.record(act('x')))).toBe(0);
  });
});

describeWithPostgres('a unit on PostgreSQL that awaits something else', () => {
  it('is refused and leaves nothing, and what it does later reaches no other unit', async () => {
    const { store } = await noteStore();
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

  it('is refused where it ends before its statements are answered, and takes nothing from those before and after', async () => {
    const { store } = await noteStore();
    const write = (id: number) => store.write((tx) => tx.run(insertNote, { id, text: 'kept' }));
    const before = write(1);
    const hasty = store.write(async (tx) => {
      await tx.run(insertNote, { id: 2, text: 'hasty' });
      tx.run(insertNote, { id: 1, text: 'fails later' }).catch(() => {});
    });
    const after = write(3);
    await expect(hasty).rejects.toMatchObject(code('unit_ended'));
    expect(await Promise.all([before, after])).toEqual([1, 1]);
    expect(await store.read((view) => view.all(readNotes, { limit: 9 }))).toEqual([
      { id: 1, text: 'kept' },
      { id: 3, text: 'kept' },
    ]);
  });

  it('is refused when it only reads', async () => {
    const { store } = await noteStore();
    await expect(store.read(() => delay(20))).rejects.toMatchObject(code('unit_outlived'));
    expect(await store.read((view) => view.first(readNote, { id: 1 }))).toBeUndefined();
  });
});

/** Ends the connections while a unit is kept busy with its own statements, until one of them fails. */
async function endConnections(url: string, ask: () => Promise<unknown>): Promise<void> {
  const ending = execute(url, endOthers);
  ending.catch(() => {});
  for (;;) await ask();
}
