import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AvailabilityError, StoreError } from '../errors.ts';
import type { QueueLimits } from '../group-queue.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';
import type { Store } from '../port.ts';
import { Connection } from './connection.ts';
import { migrate } from './migrate.ts';
import { SqliteStore } from './store.ts';

export type SqliteOptions = {
  /** Where the database lies; made with mode 0700 if it is absent. Its files have mode 0600. */
  readonly folder: string;
  /** How long a commit waits for another process's, milliseconds; 2,000 unless given. The event loop waits with it. */
  readonly busyTimeoutMs?: number;
  /** 4,096 unless given. */
  readonly maxQueued?: QueueLimits['maxQueued'];
  /** 256 unless given. */
  readonly maxGroup?: QueueLimits['maxGroup'];
  /** Ceiling of the database's size, never below what it has; none unless given. Beyond it writes fail with `store_unavailable`. */
  readonly maxBytes?: number;
  /** Commits without fsync, so that tests can show that its absence is noticed. Acknowledged writes can be lost. */
  readonly dangerouslyUnsynced?: boolean;
  /** This version's migrations unless given; tests give others. */
  readonly migrations?: readonly Migration[];
};

export const DATABASE_FILE = 'sextant.db';

/** Memory for pages of the connection that writes, at most; SQLite's own default is 2,000. */
const PAGES_KEPT_KIB = 24_576;

/**
 * Pages that the write-ahead log holds, some 64 MiB, before they are copied into the database. With SQLite's own 1,000 a busy verifier
 * copied after each group, and so the pages that every group changes again and again.
 */
const PAGES_AHEAD = 16_384;

/**
 * Opens the embedded store, making or migrating its database where needed.
 *
 * @throws StoreError `store_foreign`, `store_newer`, `migration_altered`, `folder_exposed`, `log_inconsistent`
 * @throws AvailabilityError `store_unavailable` where the file cannot be opened, read or written
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  const { folder, busyTimeoutMs = 2_000, maxQueued = 4_096, maxGroup = 256 } = options;
  const file = securedFile(folder);
  const connections: Connection[] = [];
  const connect = (readOnly: boolean): Connection => {
    const connection = new Connection(file, { readOnly, timeout: busyTimeoutMs, defensive: true });
    connections.push(connection);
    return connection;
  };
  try {
    const writer = connect(false);
    await migrate(writer, options.migrations ?? MIGRATIONS, () => makeDurable(writer, options));
    return await SqliteStore.over(writer, connect(true), { maxQueued, maxGroup });
  } catch (error) {
    for (const connection of connections) connection.close();
    throw error;
  }
}

/** The database file, present and closed to others; SQLite gives the files beside it the same mode. */
function securedFile(folder: string): string {
  const file = join(folder, DATABASE_FILE);
  let folderMode: number;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    folderMode = statSync(folder).mode;
    closeSync(openSync(file, 'a', 0o600));
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (cause) {
    throw new AvailabilityError('store_unavailable', `the folder ${folder} cannot be used`, {
      cause,
      path: folder,
    });
  }
  if ((folderMode & 0o002) === 0) return file;
  // Whoever can write the folder can put another database in the place of this one.
  throw new StoreError('folder_exposed', `anybody may write to ${folder}: take that right away (chmod o-w)`, {
    path: folder,
  });
}

/** What makes a commit durable: https://www.sqlite.org/pragma.html#pragma_synchronous. */
function makeDurable(connection: Connection, options: SqliteOptions): void {
  const mode = connection.pragma('journal_mode = wal');
  if (mode !== 'wal') {
    // SQLite answers the mode it kept instead of failing, e.g. on file systems without shared memory.
    throw new AvailabilityError('store_unavailable', 'the file system cannot hold a write-ahead log', {
      expected: 'wal',
      actual: String(mode),
    });
  }
  connection.execute(`PRAGMA synchronous = ${options.dangerouslyUnsynced === true ? 'off' : 'full'}`);
  connection.execute('PRAGMA trusted_schema = off');
  // What is written over, as a secret that is sealed in its place, does not stay behind in the page that is written anyhow.
  connection.execute('PRAGMA secure_delete = fast');
  // Read again and again, or copied from the system's cache by 4 KiB at a time: that costs more than most statements.
  connection.execute(`PRAGMA cache_size = ${-PAGES_KEPT_KIB}`);
  connection.execute(`PRAGMA wal_autocheckpoint = ${PAGES_AHEAD}`);
  if (options.maxBytes !== undefined) {
    const pages = Math.floor(options.maxBytes / Number(connection.pragma('page_size')));
    connection.execute(`PRAGMA max_page_count = ${pages}`);
  }
}
