import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { insertEvidence } from '../../../src/store/attestation/appraisals.ts';
import { evidenceByDigest } from '../../../src/store/audit/statements.ts';
import { MIGRATIONS } from '../../../src/store/migrations/index.ts';
import type { Store } from '../../../src/store/port.ts';
import { openPostgresStore } from '../../../src/store/postgres/open.ts';
import { rawPostgres } from '../../../src/store/postgres/raw.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { rawSqlite } from '../../../src/store/sqlite/raw.ts';
import { exportDatabase } from '../../../src/store/transfer/export.ts';
import { importDatabase } from '../../../src/store/transfer/import.ts';
import type { RawDatabase } from '../../../src/store/transfer/raw.ts';
import { describeWithPostgres, execute, newDatabase } from '../../postgres/shared.ts';
import { temporaryFolder } from '../temporary.ts';

const BEFORE_PARTITIONS = MIGRATIONS.findIndex(({ name }) => name === '0180-partitioned-evidence');

async function opened(url: string, migrations = MIGRATIONS): Promise<Store> {
  const store = await openPostgresStore({ url, migrations });
  onTestFinished(() => store.close());
  return store;
}

/** A submission whose bytes are its digest's, received at noon of a day. */
function submit(store: Store, digest: string, day: string): Promise<number> {
  const content = new Uint8Array(Buffer.from(`bytes of ${digest}`));
  const receivedAtMs = Date.parse(`${day}T12:00:00Z`);
  return store.write((tx) =>
    tx.run(insertEvidence, { digest, mediaType: 'application/jose', content, receivedAtMs }),
  );
}

/** What each partition holds, by the end of its name. */
async function held(url: string): Promise<Record<string, string>> {
  const rows = await execute(
    url,
    'select tableoid::regclass::text as name, string_agg(digest, $$ $$ order by digest) as digests from evidence group by 1',
  );
  return Object.fromEntries(
    rows.map(({ name, digests }) => [String(name).slice('evidence_'.length), String(digests)]),
  );
}

async function names(url: string): Promise<string[]> {
  const rows = await execute(
    url,
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $$evidence$$::regclass',
  );
  return rows.map(({ name }) => String(name).slice('evidence_'.length)).sort();
}

async function linesOf(raw: RawDatabase): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportDatabase(raw)) lines.push(line.slice(0, -1));
  await raw.close();
  return lines;
}

async function filled(raw: RawDatabase, lines: readonly string[]): Promise<void> {
  await importDatabase(
    raw,
    (async function* () {
      yield* lines;
    })(),
  );
  await raw.close();
}

describeWithPostgres('submissions in partitions', () => {
  it('are there for this month and the next three as soon as a database is opened', async () => {
    const url = await newDatabase();
    const namesFrom = (now: Date): string[] => [
      ...[0, 1, 2, 3].map((ahead) =>
        new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead))
          .toISOString()
          .slice(0, 7)
          .replace('-', '_'),
      ),
      'rest',
    ];
    // It may be opened as a month ends.
    const before = namesFrom(new Date());
    await opened(url);
    expect([before, namesFrom(new Date())]).toContainEqual(await names(url));
  });

  it('go to their month; where it is missing nothing is lost, and they move once it is made', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    await submit(store, 'a', '2031-05-31');
    await submit(store, 'b', '2031-06-01');
    await submit(store, 'c', '2031-12-31');
    expect(await held(url)).toEqual({ '2031_05': 'a', '2031_06': 'b', rest: 'c' });
    await store.tend(new Date('2031-08-31T00:00:00Z'));
    expect(await held(url)).toEqual({ '2031_05': 'a', '2031_06': 'b', rest: 'c' });
    await store.tend(new Date('2031-09-01T00:00:00Z'));
    expect(await held(url)).toEqual({ '2031_05': 'a', '2031_06': 'b', '2031_12': 'c' });
    const found = await store.first(evidenceByDigest, { digest: 'c' });
    expect(found?.content).toEqual(new Uint8Array(Buffer.from('bytes of c')));
  });

  it('are kept once, whatever the month in which the same bytes come again', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    expect(await submit(store, 'a', '2031-05-31')).toBe(1);
    for (const day of ['2031-05-31', '2031-06-01', '2033-01-01'])
      expect(await submit(store, 'a', day)).toBe(0);
    expect(await held(url)).toEqual({ '2031_05': 'a' });
  });

  it('give their room back once a month of the past is empty, and not while one of them is kept', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    await submit(store, 'a', '2031-05-31');
    await submit(store, 'kept', '2031-06-01');
    await execute(url, "delete from evidence where digest = 'a'");
    // May has ended, and a verifier's clock may be behind.
    await store.tend(new Date('2031-06-02T00:00:00Z'));
    expect(await names(url)).toContain('2031_05');
    await store.tend(new Date('2031-08-04T00:00:00Z'));
    const left = await names(url);
    expect(left).not.toContain('2031_05');
    expect(left).not.toContain('2031_07');
    expect(left).toEqual(expect.arrayContaining(['2031_06', '2031_08', '2031_11', 'rest']));
    expect(await held(url)).toEqual({ '2031_06': 'kept' });
  });

  it('are dropped by nobody who would have to wait for a reader; the next time does it', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    const reader = new pg.Client({ connectionString: url });
    await reader.connect();
    await reader.query('begin');
    await reader.query('select count(*) from evidence');
    await store.tend(new Date('2031-07-01T00:00:00Z'));
    expect(await names(url)).toContain('2031_05');
    // Nor does anybody wait for it afterwards.
    await submit(store, 'a', '2031-07-01');
    await reader.end();
    await store.tend(new Date('2031-07-01T00:00:00Z'));
    expect(await names(url)).not.toContain('2031_05');
    expect(await held(url)).toEqual({ '2031_07': 'a' });
  });

  it('are made by nobody while somebody writes; the next time does it', async () => {
    const url = await newDatabase();
    const store = await opened(url);
    const writer = new pg.Client({ connectionString: url });
    await writer.connect();
    await writer.query('begin; select id from log_head where id = 1 for update');
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    expect(await names(url)).not.toContain('2031_05');
    await writer.query('commit');
    await writer.end();
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    expect(await names(url)).toContain('2031_05');
  });

  it('are tended by several verifiers at once, while others write', async () => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => opened(url)));
    const writing = stores.flatMap((store, of) =>
      Array.from({ length: 20 }, (_, at) => submit(store, `${of}-${at}`, `2031-0${1 + (at % 9)}-15`)),
    );
    await Promise.all(stores.map((store) => store.tend(new Date('2031-03-20T00:00:00Z'))));
    await Promise.all(writing);
    // A month may have been left for the next time, as others were at the table.
    for (const month of ['2031-03', '2031-06'])
      for (const store of stores) await store.tend(new Date(`${month}-20T00:00:00Z`));
    const [{ count } = {}] = await execute(url, 'select count(*)::int as count from evidence');
    expect(count).toBe(60);
    expect(await names(url)).toEqual(expect.arrayContaining(['2031_03', '2031_06', '2031_09', 'rest']));
    expect((await held(url))['rest']?.split(' ')).toHaveLength(18); // of January and February
  });
});

describeWithPostgres('a database in whose time nothing was in partitions', () => {
  it('keeps its submissions where they are, as one partition, which goes when it is empty', async () => {
    const url = await newDatabase();
    const before = await openPostgresStore({ url, migrations: MIGRATIONS.slice(0, BEFORE_PARTITIONS) });
    await submit(before, 'old', '2024-02-29');
    await submit(before, 'older', '2023-01-01');
    await before.close();
    const [file] = await execute(url, "select pg_relation_filepath('evidence') as path");

    const today = new Date().toISOString().slice(0, 10);
    const store = await opened(url);
    expect(await held(url)).toEqual({ before: 'old older' });
    // Its rows were not copied: it is the same file.
    expect(await execute(url, "select pg_relation_filepath('evidence_before') as path")).toEqual([file]);
    expect(await submit(store, 'old', '2031-05-31')).toBe(0);
    expect(await submit(store, 'new', today)).toBe(1);
    expect(await held(url)).toEqual({ before: 'new old older' });
    await execute(url, 'delete from evidence');
    await store.tend(new Date('2040-01-01T00:00:00Z'));
    expect(await names(url)).toEqual(['2040_01', '2040_02', '2040_03', '2040_04', 'rest']);
  });

  it('and has no partition of it where there was none', async () => {
    const url = await newDatabase();
    await (await openPostgresStore({ url, migrations: MIGRATIONS.slice(0, BEFORE_PARTITIONS) })).close();
    await opened(url);
    expect(await names(url)).not.toContain('before');
  });
});

describeWithPostgres('submissions that are moved to another database', () => {
  it('are the same to the byte on the way to embedded and back, whatever partitions there are', async () => {
    const [first, third] = [await newDatabase(), await newDatabase()];
    const store = await opened(first);
    await store.tend(new Date('2031-05-20T00:00:00Z'));
    for (const [at, day] of ['2031-06-01', '2031-05-01', '2031-07-09', '2099-01-01', '2020-01-01'].entries())
      await submit(store, `digest ${at}`, day);
    const lines = await linesOf(await rawPostgres(first));
    expect(lines.filter((line) => line.startsWith('["evidence"'))).toHaveLength(5);

    const folder = temporaryFolder();
    await (await openSqliteStore({ folder })).close();
    await filled(rawSqlite(folder), lines);
    expect(await linesOf(rawSqlite(folder))).toEqual(lines);
    await opened(third);
    await filled(await rawPostgres(third), lines);
    expect(await linesOf(await rawPostgres(third))).toEqual(lines);
    // What is of the past has one partition, as after an upgrade; what is not waits for its month.
    expect(await held(third)).toEqual({ before: 'digest 4', rest: 'digest 0 digest 1 digest 2 digest 3' });
    expect(await names(third)).toHaveLength(5);
  });
});
