import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';
import { act } from './contract.ts';
import { countNotes, insertNote, NOTE_MIGRATIONS } from './notes.ts';
import { temporaryFolder, temporaryStore } from './temporary.ts';

const mode = (path: string) => statSync(path).mode & 0o777;
const database = (folder: string) => new DatabaseSync(join(folder, DATABASE_FILE));
const code = (expected: string) => ({ code: expected });

describe('opening an embedded store', () => {
  it('makes its folder and files for its own eyes only', async () => {
    const folder = join(temporaryFolder(), 'deep', 'data');
    const { store } = await temporaryStore({ folder });
    await store.write((tx) => tx.record(act('first')));
    expect(mode(folder)).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) {
      expect([suffix, mode(join(folder, DATABASE_FILE + suffix))]).toEqual([suffix, 0o600]);
    }
  });

  it('closes a database that others could read', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, DATABASE_FILE), '', { mode: 0o644 });
    await temporaryStore({ folder });
    expect(mode(join(folder, DATABASE_FILE))).toBe(0o600);
  });

  it('refuses a folder that anybody may write', async () => {
    const folder = join(temporaryFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('folder_exposed'));
  });

  it('syncs every commit through a write-ahead log, and keeps foreign keys', async () => {
    const { folder } = await temporaryStore();
    const db = database(folder);
    expect({ ...db.prepare('PRAGMA journal_mode').get() }).toEqual({ journal_mode: 'wal' });
    expect({ ...db.prepare('PRAGMA application_id').get() }).toEqual({ application_id: 0x53455854 });
    expect({ ...db.prepare('PRAGMA user_version').get() }).toEqual({ user_version: MIGRATIONS.length });
    db.close();
  });

  it('holds every reference against its row when it migrates, and does not read through all of them at each start', async () => {
    const { store, folder } = await temporaryStore();
    await store.close();
    const db = database(folder);
    db.exec(`pragma foreign_keys = off;
      insert into bearer_token (id, principal_id, secret_hash, scopes, label, created_by, created_at_ms)
      values ('tok_1', 'prn_none', 'x', '', '', '', 0)`);
    db.close();
    await (await openSqliteStore({ folder })).close();
    const next: Migration = { name: '9999-next', up: async () => {} };
    const migrating = openSqliteStore({ folder, migrations: [...MIGRATIONS, next] });
    await expect(migrating).rejects.toMatchObject({ code: 'constraint_violated', path: 'bearer_token' });
  });

  it('finds again what it wrote, log and instant included', async () => {
    const { store, folder } = await temporaryStore({ migrations: NOTE_MIGRATIONS });
    for (const id of [1, 2, 3]) {
      await store.write(async (tx) => {
        await tx.run(insertNote, { id, text: 'note' });
        await tx.record(act('note', 7_000));
      });
    }
    await store.close();
    const again = await temporaryStore({ folder, migrations: NOTE_MIGRATIONS });
    expect(again.store.highWater()).toEqual(new Date(7_000));
    expect(await again.store.read((view) => view.first(countNotes, {}))).toMatchObject({ count: 3 });
    expect(await again.store.write((tx) => tx.record(act('next')))).toBe(3);
  });

  it('adds the migrations that are new', async () => {
    const { store, folder } = await temporaryStore();
    await store.write((tx) => tx.record(act('before')));
    await store.close();
    const again = await temporaryStore({ folder, migrations: NOTE_MIGRATIONS });
    await again.store.write((tx) => tx.run(insertNote, { id: 1, text: 'after' }));
    expect(await again.store.write((tx) => tx.record(act('after')))).toBe(1);
  });

  it('leaves a migration that failed out whole, and those before it in', async () => {
    const broken: Migration = {
      name: 'broken',
      async up(db, { integer }) {
        await db.schema.createTable('half').addColumn('id', integer).execute();
        await db.schema.createTable('half').addColumn('id', integer).execute();
      },
    };
    const folder = temporaryFolder();
    await expect(openSqliteStore({ folder, migrations: [...MIGRATIONS, broken] })).rejects.toThrow('half');
    const db = database(folder);
    expect(db.prepare("select name from sqlite_schema where name = 'half'").all()).toEqual([]);
    db.close();
    await expect(temporaryStore({ folder })).resolves.toBeDefined();
  });

  it('refuses a database of a newer version', async () => {
    const { store, folder } = await temporaryStore({ migrations: NOTE_MIGRATIONS });
    await store.close();
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('store_newer'));
  });

  it('refuses a database whose migrations were others', async () => {
    const { store, folder } = await temporaryStore({ migrations: NOTE_MIGRATIONS });
    await store.close();
    const altered: Migration = {
      name: 'test-notes',
      up: async (db, { integer }) => {
        await db.schema.createTable('note').addColumn('id', integer).execute();
      },
    };
    const migrations = [...MIGRATIONS, altered];
    await expect(openSqliteStore({ folder, migrations })).rejects.toMatchObject(code('migration_altered'));
  });

  it("refuses another program's database, and leaves it as it was", async () => {
    const folder = temporaryFolder();
    const foreign = database(folder);
    foreign.exec('create table theirs (id integer)');
    foreign.close();
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('store_foreign'));
    const db = database(folder);
    expect({ ...db.prepare('PRAGMA journal_mode').get() }).toEqual({ journal_mode: 'delete' });
    db.exec('PRAGMA application_id = 42');
    db.close();
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('store_foreign'));
  });

  it('refuses a file that is no database', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, DATABASE_FILE), 'plain text, and more of it than a header has '.repeat(100));
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('store_foreign'));
  });

  it('refuses a log whose nodes no longer yield its root', async () => {
    const { store, folder } = await temporaryStore();
    for (const text of ['a', 'b', 'c']) await store.write((tx) => tx.record(act(text)));
    await store.close();
    const db = database(folder);
    db.exec('update log_node set hash = zeroblob(32) where position = 3');
    db.close();
    await expect(openSqliteStore({ folder })).rejects.toMatchObject(code('log_inconsistent'));
  });

  it('refuses a folder that cannot be used, in its own terms', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(openSqliteStore({ folder: file })).rejects.toMatchObject(code('store_unavailable'));
  });
});
