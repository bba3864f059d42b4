import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../failure.ts';
import { embedded, readManifest } from './backup.ts';
import type { PlaceFlags } from './place.ts';

/**
 * Puts a copy in the place of a database that is gone. It is checked again first, and never written over anything. A verifier that starts on it
 * goes on from there: see docs/operations.md for what it lacks.
 */
export async function restore(folder: string, flags: PlaceFlags): Promise<void> {
  const data = embedded(flags);
  const manifest = readManifest(folder);
  const { DATABASE_FILE } = await import('../../store/sqlite/open.ts');
  const target = join(data, DATABASE_FILE);
  const inTheWay = ['', '-wal', '-shm'].map((end) => `${target}${end}`).find(existsSync);
  if (inTheWay !== undefined) {
    const mend = 'Stop the verifier, and move what is left of it aside: it may hold what the backup lacks.';
    throw new UsageError('unwritable', `${inTheWay} is there already`, mend);
  }
  const { checkCopy, sync } = await import('../../store/sqlite/backup.ts');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const aside = mkdtempSync(join(data, 'restoring-'));
  try {
    const copy = join(aside, DATABASE_FILE);
    copyFileSync(join(folder, DATABASE_FILE), copy, constants.COPYFILE_EXCL);
    const found = await checkCopy(aside);
    if (found.sha256 !== manifest.sha256 || found.root !== manifest.root) {
      const mend = 'Take another backup: nothing was restored.';
      throw new UsageError('unreadable', `${folder} is not what was backed up`, mend);
    }
    sync(copy);
    renameSync(copy, target);
    sync(data);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  process.stdout.write(
    `${target} is the database as of ${manifest.at}: ${manifest.leaves} leaves, root ${manifest.root}.\nStart the verifier with the same keys. What was acknowledged since is not in it: where a checkpoint of more leaves was published, read docs/operations.md first.\n`,
  );
}
