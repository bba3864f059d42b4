import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** What a build takes on a machine that is busy with other things, several times over. */
const PATIENCE_MS = 180_000;
const LOOK_AGAIN_MS = 50;
const SQLITE_BUSY = 5;

/**
 * Acts while no other process, and nobody else in this one, acts under the same file. The lock is SQLite's, and with it the system's: it ends with
 * the process that held it, however that ends, and the file that stays says nothing.
 *
 * @throws where another has not come to an end in three minutes
 */
export async function alone<T>(file: string, act: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file);
  try {
    const until = performance.now() + PATIENCE_MS;
    while (!taken(lock)) {
      if (performance.now() > until)
        throw new Error(`${file} is locked by another process for three minutes`);
      await delay(LOOK_AGAIN_MS);
    }
    return await act();
  } finally {
    lock.close();
  }
}

function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec('begin exclusive');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
