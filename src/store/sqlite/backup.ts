import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { verifyWholeLog } from '../transfer/verify-log.ts';
import { Connection } from './connection.ts';
import { DATABASE_FILE } from './open.ts';
import { rawSqlite } from './raw.ts';

/** What a copy holds, found by reading it and not by what its source said. */
export type Checked = {
  /** Leaves of its log, computed again from its acts up to the root. */
  readonly leaves: number;
  /** Hexadecimal. */
  readonly root: string;
  /** SHA-256 of the file. */
  readonly sha256: string;
};

/**
 * Copies a database that a verifier may be running on, as it is at one moment (VACUUM INTO: one read transaction, nobody waits), into a new folder. The
 * copy has its name only once it is durable and was checked: one that was cut off is none.
 *
 * @throws StoreError `log_inconsistent`, `constraint_violated`, `store_foreign`; AvailabilityError `store_unavailable`
 */
export async function backupSqlite(data: string, folder: string): Promise<Checked> {
  mkdirSync(folder, { mode: 0o700 });
  const unchecked = join(folder, 'unchecked');
  mkdirSync(unchecked, { mode: 0o700 });
  const copy = join(unchecked, DATABASE_FILE);
  closeSync(openSync(copy, 'wx', 0o600));
  const source = new Connection(join(data, DATABASE_FILE), {
    readOnly: true,
    timeout: 10_000,
    defensive: true,
  });
  try {
    source.rows('VACUUM INTO ?', [copy]);
  } finally {
    source.close();
  }
  const checked = await checkCopy(unchecked);
  sync(copy);
  renameSync(copy, join(folder, DATABASE_FILE));
  rmSync(unchecked, { recursive: true });
  sync(folder);
  return checked;
}

/**
 * Reads a copy from end to end: its pages, its references, and its log from the acts up to the root.
 *
 * @throws as {@link backupSqlite}
 */
export async function checkCopy(folder: string): Promise<Checked> {
  const database = rawSqlite(folder);
  try {
    const [pages] = await database.query('PRAGMA integrity_check(1)');
    if (pages?.['integrity_check'] !== 'ok')
      throw new StoreError('log_inconsistent', 'the copy is damaged', {
        actual: String(pages?.['integrity_check']),
      });
    await database.begin('read');
    const leaves = await verifyWholeLog(database, await database.tables());
    const [head] = await database.query('select root from log_head');
    await database.commit();
    const root = head?.['root'];
    return {
      leaves,
      root: root instanceof Uint8Array ? Buffer.from(root).toString('hex') : '',
      sha256: await digestOf(join(folder, DATABASE_FILE)),
    };
  } finally {
    await database.close();
  }
}

/** Databases are larger than memory. */
async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer); // no encoding was asked for
  return digest.digest('hex');
}

/** Once this returns a power cut takes nothing of it. */
export function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
