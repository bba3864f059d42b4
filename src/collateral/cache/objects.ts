import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { DRAFT_SUFFIX, makeFolder, readCapped, writeDurably } from './durable-file.ts';

/** Above any genuine document: AMD's and Intel's CRLs stay below 100 KiB, TCB Info below 200. */
export const MAX_DOCUMENT_BYTES = 8 << 20;

/** What nobody refers to is kept this long: another process may be about to. */
const GRACE_MS = 3_600_000;

/** Bytes by their SHA-256: written once, the same for every key that has them. */
export class ObjectFolder {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  #path(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256);
  }

  /** The bytes with this digest; null where they are absent or damaged. */
  async read(sha256: string): Promise<Uint8Array | null> {
    const bytes = await readCapped(this.#path(sha256), MAX_DOCUMENT_BYTES);
    if (bytes === null || bytes === 'too long') return null;
    return sha256Hex(bytes) === sha256 ? bytes : null;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const sha256 = sha256Hex(bytes);
    const path = this.#path(sha256);
    if ((await this.read(sha256)) !== null) {
      // Young again, so that a sweep under way elsewhere leaves it.
      const now = new Date();
      await utimes(path, now, now);
      return;
    }
    await makeFolder(join(this.#root, sha256.slice(0, 2)));
    await writeDurably(path, bytes);
  }

  /** Removes what is not in use and older than an hour. */
  async sweep(inUse: ReadonlySet<string>): Promise<void> {
    for (const shelf of await readdir(this.#root)) {
      const folder = join(this.#root, shelf);
      for (const name of await readdir(folder)) {
        if (inUse.has(name)) continue;
        await removeOld(join(folder, name));
      }
    }
  }
}

/** Removes drafts that a crash left in a folder. */
export async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(DRAFT_SUFFIX)) await removeOld(join(folder, name));
  }
}

async function removeOld(path: string): Promise<void> {
  const known = await stat(path).catch(() => null);
  if (known !== null && Date.now() - known.mtimeMs > GRACE_MS) await rm(path, { force: true });
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
