import { onTestFinished } from 'vitest';
import type { Store } from '../../../src/store/port.ts';
import { openPostgresStore, type PostgresOptions } from '../../../src/store/postgres/open.ts';
import { newDatabase } from '../../postgres/shared.ts';
import { NOTE_MIGRATIONS } from '../notes.ts';

/** An open store with the tests' own table, in a database of its own unless one is named, that closes when the test ends. */
export async function noteStore(
  options: Partial<PostgresOptions> = {},
): Promise<{ readonly store: Store; readonly url: string }> {
  const url = options.url ?? (await newDatabase());
  const store = await openPostgresStore({ migrations: NOTE_MIGRATIONS, ...options, url });
  onTestFinished(() => store.close());
  return { store, url };
}
