import { Command } from 'commander';
import { rawPostgres } from '../../store/postgres/raw.ts';
import { rawSqlite } from '../../store/sqlite/raw.ts';
import type { RawDatabase } from '../../store/transfer/raw.ts';
import { openStore } from '../serve/store.ts';
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
  await (await openStore({ data, database })).close();
  return database === undefined ? rawSqlite(data) : rawPostgres(database);
}
