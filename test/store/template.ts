import { constants, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';

/** Set by the run's set-up (test/postgres/global-setup.ts), which removes it in the end. */
export const TEMPLATES_FOLDER = 'SEXTANT_TEST_TEMPLATES_FOLDER';

let made: Promise<string> | undefined;

/**
 * Gives a folder that has no embedded database one as a first start leaves it, migrated and empty. Hundreds of worlds begin so, and
 * each migration of its own would cost them 60 ms of a processor and a dozen syncs; what a first start does is tried by test/store.
 */
export async function beginMigrated(folder: string): Promise<void> {
  const templates = process.env[TEMPLATES_FOLDER];
  const file = join(folder, DATABASE_FILE);
  if (templates === undefined || existsSync(file)) return;
  made ??= makeTemplate(join(templates, String(process.pid)));
  const template = await made;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    copyFileSync(template, file, constants.COPYFILE_EXCL);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw error;
  }
  const database = new DatabaseSync(file);
  // The one thing that no two databases share.
  database.exec('pragma synchronous = off; update gate_stamp set stamp = lower(hex(randomblob(16)))');
  database.close();
}

async function makeTemplate(folder: string): Promise<string> {
  await (await openSqliteStore({ folder })).close();
  return join(folder, DATABASE_FILE);
}
