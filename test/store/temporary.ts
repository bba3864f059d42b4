import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Store } from '../../src/store/port.ts';
import { openSqliteStore, type SqliteOptions } from '../../src/store/sqlite/open.ts';
import { openTestStore } from '../postgres/choice.ts';
import { dataRoot } from './data-root.ts';

/** A folder that goes when the test ends. @param root where programs lie that are run, `os.tmpdir()` */
export function temporaryFolder(root = dataRoot): string {
  const folder = mkdtempSync(join(root, 'sextant-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An open embedded store that closes when the test ends. */
export async function temporaryStore(
  options: Partial<SqliteOptions> = {},
): Promise<{ readonly store: Store; readonly folder: string }> {
  const folder = options.folder ?? temporaryFolder();
  const store = await openSqliteStore({ ...options, folder });
  onTestFinished(() => store.close());
  return { store, folder };
}

/** An open store on whichever database the suites run, that closes when the test ends. */
export async function serviceStore(
  options: Partial<SqliteOptions> = {},
): Promise<{ readonly store: Store; readonly folder: string }> {
  const folder = options.folder ?? temporaryFolder();
  const store = await openTestStore({ ...options, folder });
  onTestFinished(() => store.close());
  return { store, folder };
}
