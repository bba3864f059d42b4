import { AvailabilityError, StoreError } from '../errors.ts';
import type { QueueLimits } from '../group-queue.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';
import type { Store } from '../port.ts';
import type { Connection } from './connection.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { migrate } from './migrate.ts';
import { tendAtOpening } from './partitions.ts';
import { ConnectionPool, type PoolLimits } from './pool.ts';
import { PostgresStore } from './store.ts';

export type PostgresOptions = {
  /** `postgres://user@host:port/database` (database-url.ts). */
  readonly url: string;
  /** 4,096 unless given. */
  readonly maxQueued?: QueueLimits['maxQueued'];
  /** 64 unless given: the other processes' groups wait for the whole of it. */
  readonly maxGroup?: QueueLimits['maxGroup'];
  /** Unless given: 10 connections, 1,000 waiting reads, 5 s to connect, 10 s for a statement, 5 s for the lock. */
  readonly pool?: Partial<PoolLimits>;
  /** Accepts a server that was told not to sync (`fsync`, `full_page_writes`), for tests. Acknowledged writes can be lost. */
  readonly dangerouslyUnsynced?: boolean;
  /** This version's migrations unless given; tests give others. */
  readonly migrations?: readonly Migration[];
};

/** The oldest that is supported by its makers while this is written. */
const OLDEST = 140_000;

const POOL: PoolLimits = {
  maxConnections: 10,
  maxWaiting: 1_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
  lockTimeoutMs: 5_000,
};

/**
 * Opens a store on a PostgreSQL database, making or migrating its tables where needed.
 *
 * @throws FormatError `bad_value` for a URL that is none
 * @throws StoreError `store_foreign`, `store_newer`, `migration_altered`, `store_unsuitable`, `log_inconsistent`
 * @throws AvailabilityError `store_unavailable` where it cannot be reached, read or written
 */
export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, maxQueued = 4_096, maxGroup = 64, migrations = MIGRATIONS } = options;
  const pool = new ConnectionPool(parseDatabaseUrl(url), { ...POOL, ...options.pool });
  try {
    await pool.use(async (connection) => {
      await requireSuitable(connection, options.dangerouslyUnsynced === true);
      await migrate(connection, migrations);
    });
    await tendAtOpening(pool);
    return await PostgresStore.over(pool, { maxQueued, maxGroup });
  } catch (error) {
    await pool.end();
    throw error;
  }
}

const READ_SERVER = `
  select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
         current_setting('fsync') as fsync, current_setting('full_page_writes') as pages, pg_is_in_recovery() as standby`;

async function requireSuitable(connection: Connection, unsynced: boolean): Promise<void> {
  const [server = {}] = (await connection.command(READ_SERVER)).rows;
  if (server['standby'] === 1)
    throw new AvailabilityError('store_unavailable', 'this server is a standby: it takes no writes');
  mustHold('server_version', Number(server['version']) >= OLDEST, '14 or newer', server['version']);
  mustHold('server_encoding', server['encoding'] === 'UTF8', 'UTF8', server['encoding']);
  if (unsynced) return;
  mustHold('fsync', server['fsync'] === 'on', 'on', server['fsync']);
  mustHold('full_page_writes', server['pages'] === 'on', 'on', server['pages']);
}

function mustHold(path: string, holds: boolean, expected: string, actual: unknown): void {
  if (holds) return;
  throw new StoreError('store_unsuitable', `the database server's ${path} is ${String(actual)}`, {
    path,
    expected,
    actual: String(actual),
  });
}
