import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditSource } from '../../service/audit/source.ts';
import { storeSource } from '../../service/audit/store-source.ts';
import { DATABASE_FILE } from '../../store/sqlite/open.ts';
import { openReadOnly } from '../../store/sqlite/open-read-only.ts';
import { UsageError } from '../failure.ts';
import { addressProblem } from '../serve/store.ts';
import { type Files, folderFiles } from './files.ts';
import { httpFiles, type Speak } from './http-files.ts';

export type OpenSource = {
  readonly source: { readonly files: Files } | { readonly database: AuditSource };
  readonly close: () => Promise<void>;
};

/**
 * What an audit is of: the address of a verifier or of a PostgreSQL database, a folder of files, a database or a verifier's data folder.
 * @param speak for acts and records over HTTP
 * @throws UsageError `unreadable`; AvailabilityError `store_unavailable` for a file that is no database
 */
export async function openSource(what: string, speak: Speak | null): Promise<OpenSource> {
  if (/^https?:\/\//.test(what))
    return { source: { files: httpFiles(new URL(what), speak) }, close: nothing };
  if (/^postgres(?:ql)?:\/\//.test(what)) return openPostgres(what);
  const kind = kindOf(what);
  const own = join(what, DATABASE_FILE);
  if (kind === 'folder' && kindOf(own) !== 'file') {
    const hasActs = kindOf(join(what, 'acts')) === 'folder';
    return { source: { files: folderFiles(what, hasActs) }, close: nothing };
  }
  if (kind === null) {
    const mend = 'Name a verifier’s address, a mirror’s folder or a database.';
    throw new UsageError('unreadable', `there is nothing at ${what}`, mend);
  }
  const file = kind === 'folder' ? own : what;
  const snapshot = openReadOnly(file);
  return { source: { database: storeSource(file, snapshot.read) }, close: snapshot.close };
}

/** Its driver is loaded only here. */
async function openPostgres(url: string): Promise<OpenSource> {
  const { openReadOnlyPostgres } = await import('../../store/postgres/open-read-only.ts');
  try {
    const { shown, read, close } = await openReadOnlyPostgres(url);
    return { source: { database: storeSource(shown, read) }, close };
  } catch (error) {
    throw addressProblem(error);
  }
}

async function nothing(): Promise<void> {}

function kindOf(path: string): 'file' | 'folder' | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  return found.isDirectory() ? 'folder' : 'file';
}
