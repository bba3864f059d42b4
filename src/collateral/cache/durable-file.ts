import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a write that never finished leaves behind ends with this. */
export const DRAFT_SUFFIX = '.new';

/**
 * Writes a file beside its place, syncs it, renames it, and syncs the folder: a crash leaves the old file or the new one,
 * whole, and several processes may write the same one at once. Mode 0600.
 */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}-${randomBytes(6).toString('hex')}${DRAFT_SUFFIX}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a folder with those above it, mode 0700, and its name durable. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first !== undefined) await syncFolder(dirname(first));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Null where there is no such file; `too long` where it is longer than anything that was written here. */
export async function readCapped(path: string, maxBytes: number): Promise<Uint8Array | 'too long' | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    return size > maxBytes ? 'too long' : new Uint8Array(await file.readFile());
  } finally {
    await file.close();
  }
}
