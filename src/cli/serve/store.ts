import { FormatError } from '../../bytes/errors.ts';
import type { Store } from '../../store/port.ts';
import { UsageError } from '../failure.ts';

export type StorePlace = {
  /** The data folder, where the embedded database lies. */
  readonly data: string;
  /** `postgres://…`, in its place. */
  readonly database?: string | undefined;
  /** Commits without fsync, so that a test can show that its absence is noticed. */
  readonly dangerouslyUnsynced?: boolean;
};

/**
 * Opens the database that a verifier keeps everything in, making or migrating its tables where needed.
 *
 * @throws UsageError `usage` for an address that is none; StoreError and AvailabilityError as its adapter says
 */
export async function openStore({ data, database, dangerouslyUnsynced = false }: StorePlace): Promise<Store> {
  // One adapter is used and the other is not: its driver is not loaded.
  if (database === undefined) {
    const { openSqliteStore } = await import('../../store/sqlite/open.ts');
    return openSqliteStore({ folder: data, dangerouslyUnsynced });
  }
  const { openPostgresStore } = await import('../../store/postgres/open.ts');
  try {
    return await openPostgresStore({ url: database, dangerouslyUnsynced });
  } catch (error) {
    throw addressProblem(error);
  }
}

/** What opening a database threw, where the address was none in words for whoever gave it; else as it came. */
export function addressProblem(error: unknown): unknown {
  if (!(error instanceof FormatError)) return error;
  return new UsageError(
    'usage',
    error.message,
    'Give postgres://user@host/database to --database or SEXTANT_DATABASE_URL, the password in PGPASSWORD or ~/.pgpass.',
    error,
  );
}
