import { expect, it, onTestFinished } from 'vitest';
import { MIGRATIONS } from '../../../src/store/migrations/index.ts';
import type { Migration } from '../../../src/store/migrations/migration.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { serverAbsent, serverFolder, startServer } from '../../postgres/server.ts';
import { describeWithPostgres, execute, newDatabase } from '../../postgres/shared.ts';
import { act } from '../contract.ts';
import { countNotes, insertNote, NOTE_MIGRATIONS } from '../notes.ts';
import { noteStore } from './store.ts';

const code = (expected: string) => ({ code: expected });

describeWithPostgres('opening a PostgreSQL database', () => {
  it('finds again what was written, log and instant included', async () => {
    const { store, url } = await noteStore();
    for (const id of [1, 2, 3]) {
      await store.write(async (tx) => {
        await tx.run(insertNote, { id, text: 'note' });
        await tx.record(act('note', 7_000));
      });
    }
    await store.close();
    const again = await noteStore({ url });
    expect(again.store.highWater()).toEqual(new Date(7_000));
    expect(await again.store.first(countNotes, {})).toMatchObject({ count: 3 });
    expect(await again.store.write((tx) => tx.record(act('next')))).toBe(3);
  });

  it('leaves a migration that failed out whole, and those before it in', async () => {
    const broken: Migration = {
      name: 'broken',
      async up(db, { integer }) {
        await db.schema.createTable('half').addColumn('id', integer).execute();
        await db.schema.createTable('half').addColumn('id', integer).execute();
      },
    };
    const url = await newDatabase();
    await expect(openPostgresStore({ url, migrations: [...MIGRATIONS, broken] })).rejects.toThrow('half');
    expect(await execute(url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
    await (await openPostgresStore({ url })).close();
  });

  it('refuses a database of a newer version, and one whose migrations were others', async () => {
    const { store, url } = await noteStore();
    await store.close();
    await expect(openPostgresStore({ url })).rejects.toMatchObject(code('store_newer'));
    const altered: Migration = {
      name: 'test-notes',
      up: (db, { integer }) => db.schema.createTable('note').addColumn('id', integer).execute(),
    };
    const migrations = [...MIGRATIONS, altered];
    await expect(openPostgresStore({ url, migrations })).rejects.toMatchObject(code('migration_altered'));
  });

  it("refuses another program's database, and leaves it as it was", async () => {
    const url = await newDatabase();
    await execute(url, 'create table theirs (id integer)');
    await expect(openPostgresStore({ url })).rejects.toMatchObject(code('store_foreign'));
    expect(await execute(url, "select to_regclass('log_head') as ours")).toEqual([{ ours: null }]);
  });

  it('refuses a log whose nodes no longer yield its root', async () => {
    const { store, url } = await noteStore();
    for (const text of ['a', 'b', 'c']) await store.write((tx) => tx.record(act(text)));
    await store.close();
    await execute(url, 'update log_node set hash = sha256($$x$$) where position = 3');
    const opening = openPostgresStore({ url, migrations: NOTE_MIGRATIONS });
    await expect(opening).rejects.toMatchObject(code('log_inconsistent'));
  });

  it('makes every commit wait for the disk, though the database is set otherwise', async () => {
    const url = await newDatabase();
    const name = new URL(url).pathname.slice(1);
    await execute(url, `alter database ${name} set synchronous_commit = off`);
    const { store } = await noteStore({ url });
    await store.write((tx) => tx.run(insertNote, { id: 1, text: 'x' }));
    const shown = { build: () => ({ compile: () => ({ sql: 'show synchronous_commit', parameters: [] }) }) };
    expect(await store.first(shown as never, {})).toEqual({ synchronous_commit: 'on' });
  });

  it('says so where nobody answers, in its own terms', async () => {
    const opening = openPostgresStore({ url: 'postgres://ann:s3cret@127.0.0.1:1/nothing' });
    await expect(opening).rejects.toMatchObject(code('store_unavailable'));
  });
});

describeWithPostgres('a PostgreSQL server of its own', () => {
  it.skipIf(serverAbsent !== null)(
    'that does not sync is refused; one that stops and comes back is borne',
    async () => {
      const folder = serverFolder();
      const server = await startServer(folder, ['fsync=off']);
      onTestFinished(() => server.remove());
      const url = server.url('postgres');
      await expect(openPostgresStore({ url })).rejects.toMatchObject({
        code: 'store_unsuitable',
        path: 'fsync',
      });
      const { store } = await noteStore({ url, dangerouslyUnsynced: true });
      const write = (id: number) => store.write((tx) => tx.run(insertNote, { id, text: 'x' }));
      await write(1);
      await server.stop('fast');
      await expect(write(2)).rejects.toMatchObject(code('store_unavailable'));
      await expect(store.first(countNotes, {})).rejects.toMatchObject(code('store_unavailable'));
      await expect(store.ping()).rejects.toMatchObject(code('store_unavailable'));
      await server.start();
      await expect(store.ping()).resolves.toBeUndefined();
      await write(3);
      expect(await store.first(countNotes, {})).toMatchObject({ count: 2 });
      await store.close();
    },
  );
});
