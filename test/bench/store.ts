import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Act } from '../../src/record/leaf.ts';
import { receiptFor } from '../../src/service/log.ts';
import { readHead } from '../../src/store/log/statements.ts';
import type { Store, Tx } from '../../src/store/port.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { insertNote, NOTE_MIGRATIONS, readNote } from '../store/notes.ts';
import { median, type Row, row } from './row.ts';

const GROUP = 256;
const LEAVES = 100_000;
const TEXT = 'x'.repeat(100);
const SLICES = 7;

/** Work of many operations. */
type Batch = { readonly operations: number; readonly run: () => Promise<void> | void };

/**
 * The embedded store against SQLite itself, called without queue, savepoints and promises, but with the same fsync; and
 * fresh receipts against the signature that each would cost if a commit's receipts did not share one.
 */
export async function store(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sextant-bench-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<Row[]> {
  const store = await openSqliteStore({ folder: join(folder, 'ours'), migrations: NOTE_MIGRATIONS });
  const raw = openRaw(join(folder, 'raw.db'));
  let id = 0;
  let rawId = 0;
  const write = (tx: Tx) => tx.run(insertNote, { id: id++, text: TEXT });
  const rawWrite = (count: number) => {
    raw.begin.run();
    for (let each = 0; each < count; each++) raw.insert.run(rawId++, TEXT);
    raw.commit.run();
  };
  const rows = [
    await compare(
      `store: durable units, ${GROUP} at a time`,
      {
        operations: GROUP,
        run: async () => {
          await Promise.all(Array.from({ length: GROUP }, () => store.write(write)));
        },
      },
      { operations: GROUP, run: () => rawWrite(GROUP) },
    ),
    await compare(
      'store: durable units, one at a time',
      {
        operations: 1,
        run: async () => {
          await store.write(write);
        },
      },
      { operations: 1, run: () => rawWrite(1) },
    ),
    await compare(
      'store: reads',
      {
        operations: 1,
        run: async () => {
          await store.read((view) => view.first(readNote, { id: 1 }));
        },
      },
      {
        operations: 1,
        run: () => {
          raw.get.get(1);
        },
      },
    ),
    ...(await logRates(store, rawWrite)),
  ];
  raw.close();
  await store.close();
  return rows;
}

async function logRates(store: Store, rawWrite: (count: number) => void): Promise<Row[]> {
  let recorded = 0;
  const record = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => store.write((tx) => tx.record(act(recorded++)))));
  };
  while (recorded < LEAVES) await record(GROUP);
  // An act is three rows: its leaf and, on average, two nodes.
  const acts = await compare(
    `log: acts recorded, ${GROUP} at a time`,
    { operations: GROUP, run: () => record(GROUP) },
    { operations: GROUP, run: () => rawWrite(3 * GROUP) },
  );
  const log = { kid: 'bench', alg: 'Ed25519' as const, ...generateKeyPairSync('ed25519') };
  const context = { store, keys: { log }, config: { logOrigin: 'bench.example' } };
  const text = Buffer.alloc(120);
  let back = 0;
  const size = (await store.read((view) => view.first(readHead, {})))?.size ?? 0;
  const fresh = await compare(
    `log: fresh receipts at ${size} leaves`,
    {
      operations: 1,
      run: async () => {
        await receiptFor(context, size - 1 - (back++ % GROUP));
      },
    },
    {
      operations: 1,
      run: () => {
        sign(null, text, log.privateKey);
      },
    },
  );
  return [acts, fresh];
}

function act(order: number): Act {
  const body = { hostId: `host-${order}`, evidence: '0'.repeat(64), outcome: 'accepted' };
  return { type: 'appraisal', at: new Date(order), tenant: 'operator', body, salt: new Uint8Array(32) };
}

function openRaw(file: string) {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full');
  db.exec('create table note (id integer primary key, text text not null, weight integer, data blob) strict');
  db.exec('create index note_text on note (text)');
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    insert: db.prepare('insert into note (id, text) values (?, ?)'),
    get: db.prepare('select * from note where id = ?'),
    close: () => db.close(),
  };
}

/** Operations a second of both, in alternating slices of about 100 ms; the median slice counts. */
async function compare(name: string, subject: Batch, baseline: Batch): Promise<Row> {
  const rates: { readonly subject: number; readonly baseline: number }[] = [];
  for (let slice = 0; slice <= SLICES; slice++) {
    const measured = { subject: await rate(subject), baseline: await rate(baseline) };
    if (slice > 0) rates.push(measured); // the first warms up
  }
  return row(
    name,
    median(rates.map((slice) => slice.subject)),
    'op/s',
    median(rates.map((slice) => slice.baseline)),
  );
}

async function rate({ operations, run }: Batch): Promise<number> {
  const started = performance.now();
  let done = 0;
  do {
    await run();
    done += operations;
  } while (performance.now() - started < 100);
  return (done / (performance.now() - started)) * 1000;
}
