import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Store } from '../../src/store/port.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts';
import { beginMigrated } from '../store/template.ts';
import { addressFile, placedDatabase } from './placed.ts';
import { lastingDatabase } from './shared.ts';

/** Whether suites that are not about one store run on PostgreSQL: SEXTANT_TEST_STORE=postgres. */
export const onPostgres = process.env['SEXTANT_TEST_STORE'] === 'postgres';

/**
 * The database of a verifier with this data folder: the embedded one, which needs no address, or one of the folder's own on a
 * PostgreSQL server. Whoever opens the folder again gets the same.
 */
export async function databaseOf(data: string): Promise<{ readonly database?: string }> {
  if (onPostgres && !existsSync(addressFile(data))) await placeOnPostgres(data);
  return placedDatabase(data);
}

/** From now on a data folder's database is on a PostgreSQL server, whatever the suites run on: one of its own unless an address is given. */
export async function placeOnPostgres(data: string, address?: string): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(addressFile(data), address ?? (await lastingDatabase()));
}

/** The store of a data folder, on whichever database the suites run. */
export async function openTestStore(options: SqliteOptions): Promise<Store> {
  const { database } = await databaseOf(options.folder);
  if (database !== undefined) return openPostgresStore({ ...options, url: database });
  if (options.migrations === undefined) await beginMigrated(options.folder);
  return openSqliteStore(options);
}
