import { expect, it } from 'vitest';
import { describeWithPostgres, execute } from '../../postgres/shared.ts';
import { insertFullNote, insertNote, readNote, readNotes } from '../notes.ts';
import { noteStore } from './store.ts';

const code = (expected: string) => ({ code: expected });
/** Whatever comes next goes over the connection that was there before. */
const ONE_CONNECTION = { pool: { maxConnections: 1 } };

describeWithPostgres('a prepared statement on one connection of PostgreSQL', () => {
  it('brings every value back as it went, the empty and the largest included', async () => {
    const { store } = await noteStore(ONE_CONNECTION);
    const rows = [
      { id: 1, text: '', weight: null, data: null },
      { id: 2, text: `'"\\ ü 東京 \u{1f600}`, weight: Number.MAX_SAFE_INTEGER, data: new Uint8Array() },
      {
        id: 3,
        text: 'x'.repeat(70_000),
        weight: Number.MIN_SAFE_INTEGER,
        data: new Uint8Array(70_000).fill(0xff),
      },
      { id: 4, text: '$1', weight: 0, data: new Uint8Array([0, 0x5c, 0x78]) },
    ];
    for (const row of rows) {
      expect(await store.write((tx) => tx.first(insertFullNote, row))).toEqual(row);
      expect(await store.first(readNote, { id: row.id })).toEqual(row);
    }
  });

  it('answers alike, however often it is sent before its columns are known', async () => {
    const { store } = await noteStore(ONE_CONNECTION);
    await store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
    const ask = () => store.read((view) => Promise.all([1, 2, 1].map((id) => view.first(readNote, { id }))));
    const one = { id: 1, text: 'one', weight: null, data: null };
    expect([await ask(), await ask()]).toEqual(Array(2).fill([one, undefined, one]));
  });

  it('answers in full where its first run failed, by its own fault or that of one before it', async () => {
    const { store } = await noteStore(ONE_CONNECTION);
    await store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
    const taken = { id: 1, text: 'again', weight: null, data: null };
    const both = store.write((tx) =>
      Promise.all([tx.first(insertFullNote, taken), tx.all(readNotes, { limit: 9 })]),
    );
    await expect(both).rejects.toMatchObject(code('constraint_violated'));
    const free = { ...taken, id: 2 };
    expect(await store.write((tx) => tx.first(insertFullNote, free))).toEqual(free);
    expect(await store.read((view) => view.all(readNotes, { limit: 9 }))).toEqual([
      { id: 1, text: 'one' },
      { id: 2, text: 'again' },
    ]);
  });

  it('fails alone where a row cannot be read', async () => {
    const { store, url } = await noteStore(ONE_CONNECTION);
    await execute(
      url,
      "insert into note (id, text, weight) values (1, 'heavy', 9007199254740993), (2, 'light', 1)",
    );
    await expect(store.first(readNote, { id: 1 })).rejects.toMatchObject(code('value_too_large'));
    expect(await store.first(readNote, { id: 2 })).toMatchObject({ text: 'light', weight: 1 });
  });

  it('is refused by the server, not misread, where somebody altered its columns under it', async () => {
    const { store, url } = await noteStore(ONE_CONNECTION);
    await store.write((tx) => tx.run(insertNote, { id: 1, text: 'one' }));
    expect(await store.first(readNote, { id: 1 })).toMatchObject({ weight: null, data: null });
    await execute(url, 'alter table note drop column weight');
    await execute(url, 'alter table note add column weight bigint');
    await expect(store.first(readNote, { id: 1 })).rejects.toMatchObject(code('0A000'));
    expect(await store.read((view) => view.all(readNotes, { limit: 9 }))).toEqual([{ id: 1, text: 'one' }]);
  });
});
