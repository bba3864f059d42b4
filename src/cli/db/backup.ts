import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../failure.ts';
import { databaseUrl, dataFolder } from '../settings.ts';
import type { PlaceFlags } from './place.ts';

export const MANIFEST_FILE = 'backup.json';

/** What lies beside a copy. */
export type BackupManifest = {
  readonly format: 'sextant-backup/1';
  readonly at: string;
  readonly leaves: number;
  readonly root: string;
  readonly sha256: string;
};

/** Copies an embedded database, whether a verifier runs on it or not. */
export async function backup(folder: string, flags: PlaceFlags): Promise<void> {
  const data = embedded(flags);
  if (existsSync(folder))
    throw new UsageError('unwritable', `${folder} exists`, 'Name a folder that does not.');
  const { DATABASE_FILE } = await import('../../store/sqlite/open.ts');
  if (!existsSync(join(data, DATABASE_FILE)))
    throw new UsageError('unreadable', `there is no database in ${data}`, 'Name its folder with --data.');
  const { backupSqlite, sync } = await import('../../store/sqlite/backup.ts');
  const at = new Date().toISOString();
  const checked = await backupSqlite(data, folder);
  const manifest: BackupManifest = { format: 'sextant-backup/1', at, ...checked };
  const file = join(folder, MANIFEST_FILE);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  sync(file);
  sync(folder);
  process.stdout.write(
    `${folder} holds the database as of ${at}: ${checked.leaves} leaves, root ${checked.root}. It was read again from end to end.\nThe keys are not in it: keep a copy of their folder elsewhere.\n`,
  );
}

export function readManifest(folder: string): BackupManifest {
  try {
    const read = JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')) as BackupManifest; // compared with the copy itself
    if (read.format === 'sextant-backup/1') return read;
  } catch (cause) {
    throw new UsageError(
      'unreadable',
      `${folder} is no backup`,
      'Name a folder that `sextant db backup` made.',
      cause,
    );
  }
  throw new UsageError('unreadable', `${folder} is a backup of another version`);
}

/** @throws UsageError `usage` for a PostgreSQL database, which has tools of its own */
export function embedded(flags: PlaceFlags): string {
  const isElsewhere =
    flags.database !== undefined || (flags.data === undefined && databaseUrl(undefined) !== undefined);
  if (!isElsewhere) return dataFolder(flags.data);
  const mend = 'Use pg_basebackup and an archive of the write-ahead log: docs/stores.md.';
  throw new UsageError('usage', 'PostgreSQL is backed up by its own tools', mend);
}
