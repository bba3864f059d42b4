import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A log and what is kept beside it, as files by path: `checkpoint`, `key`, `tile/…` as C2SP names them, `acts/…` as JSON (one for
 * each bundle of entries), `records/<kind>/<id>`. Undefined where there is none.
 */
export type Files = {
  readonly name: string;
  readonly get: (path: string) => Promise<Uint8Array | undefined>;
  /** Whether acts and records may be there at all. */
  readonly hasActs: boolean;
};

/** A folder of such files: a mirror, or what a server serves. */
export function folderFiles(folder: string, hasActs: boolean): Files {
  return { name: folder, hasActs, get: (path) => readIfThere(join(folder, path)) };
}

export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && ABSENT.has(String(error.code))) return undefined;
    throw error;
  }
}

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);
