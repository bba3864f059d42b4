import { Command } from 'commander';
import type { RawDatabase } from '../../store/transfer/raw.ts';
import { databaseUrl, dataFolder } from '../settings.ts';

/** The flags that say which database is meant: as for `sextant serve`. */
export type PlaceFlags = { readonly data?: string; readonly database?: string };

export function placedCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <folder>', 'the folder of an embedded database (default: SEXTANT_DATA, else ./.sextant)')
    .option('--database <url>', 'postgres://user@host/database (default: SEXTANT_DATABASE_URL)');
}

/** Opens a database as a verifier does, migrated; then as tables and rows. */
export async function openRaw(flags: PlaceFlags): Promise<RawDatabase> {
  const data = dataFolder(flags.data);
  // Whoever names a folder means it, whatever the environment says.
  const database =
    flags.data !== undefined && flags.database === undefined ? undefined : databaseUrl(flags.database);
  // Drivers and migrations: loaded only where a database is opened.
  const { openStore } = await import('../serve/store.ts');
  await (await openStore({ data, database })).close();
  if (database === undefined) return (await import('../../store/sqlite/raw.ts')).rawSqlite(data);
  return (await import('../../store/postgres/raw.ts')).rawPostgres(database);
}
