import type { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import { sealAct } from '../../src/record/leaf.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import type { Hole, Store } from '../../src/store/port.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { rawPostgres } from '../../src/store/postgres/raw.ts';
import type { Schema } from '../../src/store/schema.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { rawSqlite } from '../../src/store/sqlite/raw.ts';
import { statement } from '../../src/store/statement.ts';
import { exportDatabase } from '../../src/store/transfer/export.ts';
import { importDatabase } from '../../src/store/transfer/import.ts';
import type { RawDatabase } from '../../src/store/transfer/raw.ts';
import { describeWithPostgres, newDatabase } from '../postgres/shared.ts';
import { act } from './contract.ts';
import { insertFullNote, NOTE_MIGRATIONS } from './notes.ts';
import { temporaryFolder } from './temporary.ts';

/** Rows that refer to others of their own table, and of another. */
type Link = { id: string; next: string | null; note_id: number };
const links = (db: Kysely<Schema>) => db as unknown as Kysely<{ link: Link }>; // no part of the schema that the service sees
const insertLink = statement((db, hole: Hole<Link>) =>
  links(db)
    .insertInto('link')
    .values({ id: hole('id'), next: hole('next'), note_id: hole('note_id') }),
);
const addLinks: Migration = {
  name: 'test-links',
  up: (db, { integer, text }) =>
    db.schema
      .createTable('link')
      .addColumn('id', text, (column) => column.primaryKey().notNull())
      .addColumn('next', text, (column) => column.references('link.id'))
      .addColumn('note_id', integer, (column) => column.notNull().references('note.id'))
      .execute(),
};
const migrations = [...NOTE_MIGRATIONS, addLinks];

type Kind = { readonly store: () => Promise<Store>; readonly raw: () => Promise<RawDatabase> };

async function sqlite(): Promise<Kind> {
  const folder = temporaryFolder();
  return { store: () => openSqliteStore({ folder, migrations }), raw: async () => rawSqlite(folder) };
}

async function postgres(): Promise<Kind> {
  const url = await newDatabase();
  return { store: () => openPostgresStore({ url, migrations }), raw: () => rawPostgres(url) };
}

/** A few acts, and rows of which one refers to a later one. */
async function fill(kind: Kind): Promise<void> {
  const store = await kind.store();
  for (let at = 0; at < 11; at++) {
    await store.write(async (tx) => {
      await tx.record({ ...act(`π ${at} \u{1f6f0}`, at * 1000), salt: new Uint8Array(32).fill(at) });
      await tx.first(insertFullNote, {
        id: at,
        text: `n\n${at}`,
        weight: null,
        data: Uint8Array.of(at, 255),
      });
      const next = at === 0 ? null : String(99 - at + 1);
      await tx.run(insertLink, { id: String(99 - at), next, note_id: at });
    });
  }
  await store.close();
}

async function linesOf(kind: Kind): Promise<string[]> {
  await (await kind.store()).close();
  const raw = await kind.raw();
  const lines: string[] = [];
  for await (const line of exportDatabase(raw)) lines.push(line.slice(0, -1));
  await raw.close();
  return lines;
}

async function importInto(kind: Kind, lines: readonly string[]) {
  await (await kind.store()).close();
  const raw = await kind.raw();
  try {
    return await importDatabase(
      raw,
      (async function* () {
        yield* lines;
      })(),
    );
  } finally {
    await raw.close();
  }
}

describeWithPostgres('a database that is moved', () => {
  it('from embedded to PostgreSQL and back is the same to the byte, and its log goes on', async () => {
    const [first, second, third] = [await sqlite(), await postgres(), await sqlite()];
    await fill(first);
    const lines = await linesOf(first);
    expect(await importInto(second, lines)).toMatchObject({ leaves: 11 });
    expect(await linesOf(second)).toEqual(lines);
    expect(await importInto(third, await linesOf(second))).toMatchObject({ leaves: 11 });
    expect(await linesOf(third)).toEqual(lines);
    for (const kind of [second, third]) {
      const store = await kind.store();
      expect(store.highWater()).toEqual(new Date(10_000));
      expect(await store.write((tx) => tx.record(act('next')))).toBe(11);
      await store.close();
    }
  });

  it('keeps its references: what refers to nothing is refused as before', async () => {
    const [from, to] = [await sqlite(), await postgres()];
    await fill(from);
    await importInto(to, await linesOf(from));
    const store = await to.store();
    const writing = store.write((tx) => tx.run(insertLink, { id: 'x', next: 'nobody', note_id: 1 }));
    await expect(writing).rejects.toMatchObject({ code: 'constraint_violated' });
    await store.close();
  });
});

let once: Promise<string[]> | undefined;
/** One export for all that is tried on it. */
function exported(): Promise<string[]> {
  once ??= sqlite().then(async (from) => {
    await fill(from);
    return linesOf(from);
  });
  return once;
}

const refusals = (make: () => Promise<Kind>) => () => {
  const altered = (lines: string[], table: string, change: (row: unknown[]) => void): string[] => {
    const at = lines.findIndex((line) => line.startsWith(`["${table}"`));
    const row = JSON.parse(lines[at] ?? '');
    change(row);
    return lines.with(at, JSON.stringify(row));
  };

  it.each<[string, string, (lines: string[]) => string[]]>([
    ['without its end', 'bad_value', (lines) => lines.slice(0, -3).concat(lines.at(-1) ?? '')],
    ['cut short', 'truncated', (lines) => lines.slice(0, -1)],
    ['of nothing', 'truncated', (lines) => lines.slice(0, 1)],
    ['of another format', 'bad_value', (lines) => lines.with(0, '{"format":"other"}')],
    [
      'of another version',
      'migrations_differ',
      (lines) => lines.with(0, (lines[0] ?? '').replace('0001-log', '0001')),
    ],
    [
      'with a row of an unknown table',
      'bad_value',
      (lines) => altered(lines, 'link', (row) => row.splice(0, 1, 'other')),
    ],
    ['with a value too few', 'bad_value', (lines) => altered(lines, 'link', (row) => row.pop())],
    [
      'with a value of another type',
      'bad_value',
      (lines) => altered(lines, 'log_node', (row) => row.splice(1, 1, 'text')),
    ],
    [
      'with another word in a row',
      'bad_value',
      (lines) => altered(lines, 'link', (row) => row.splice(1, 1, 'XX')),
    ],
    ['with more behind its end', 'bad_value', (lines) => [...lines, '{}']],
  ])('%s is refused with %s, and nothing of it is kept', async (_, code, change) => {
    const [lines, to] = [await exported(), await make()];
    await expect(importInto(to, change(lines))).rejects.toMatchObject({ code });
    // As new as before: the whole one goes in.
    expect(await importInto(to, lines)).toMatchObject({ leaves: 11 });
    await expect(importInto(to, lines)).rejects.toMatchObject({ code: 'store_in_use' });
  });
};

describe('an export that is imported into an embedded database', refusals(sqlite));

describe('a log that does not yield its root', () => {
  it('is found on import, though the file is what was written', async () => {
    const [from, to] = [await sqlite(), await sqlite()];
    await fill(from);
    const raw = await from.raw();
    const { bodyText } = sealAct(act('another'));
    await raw.query(`update log_leaf set body = '${bodyText}' where leaf_index = 4`);
    await raw.close();
    await expect(importInto(to, await linesOf(from))).rejects.toMatchObject({
      code: 'log_inconsistent',
      path: 'log_node',
    });
  });
});
