import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toUtf8 } from '../../bytes/text.ts';
import { CollateralError } from '../errors.ts';
import {
  COLLATERAL_KINDS,
  type CollateralCache,
  type CollateralDocument,
  type CollateralKey,
  type CollateralKind,
  type CollateralLog,
  type CollateralMetadata,
  type HighWaterMark,
  keyText,
} from '../port.ts';
import { makeFolder, readCapped, writeDurably } from './durable-file.ts';
import { MAX_ENTRY_BYTES, readEntry, writeEntry } from './entry.ts';
import { MarkFolder } from './marks.ts';
import { MAX_DOCUMENT_BYTES, ObjectFolder, removeDrafts, sha256Hex } from './objects.ts';

/** Documents of one kind: the VCEKs of a large fleet over some firmware versions. Beyond it nothing new is kept. */
const MAX_ENTRIES = 200_000;

/**
 * Collateral in a folder, durable, for several processes at once:
 *
 *   objects/<2>/<sha256>      bytes by digest
 *   index/<kind>/<sha256>     one entry for each key, replaced whole: which bytes, from where, valid until when
 *   marks/<sha256>/<value>    high-water marks
 *
 * What is damaged (an entry that is none, bytes that are not what their name says) is absent, and the log says so: the next
 * fetch mends it. Failures of the disk are CollateralError `collateral_cache_failed`.
 */
export async function openFolderCache(root: string, log: CollateralLog): Promise<CollateralCache> {
  const cache = new FolderCache(root, log);
  await cache.prepare();
  return cache;
}

class FolderCache implements CollateralCache {
  readonly #root: string;
  readonly #log: CollateralLog;
  readonly #objects: ObjectFolder;
  readonly #marks: MarkFolder;

  constructor(root: string, log: CollateralLog) {
    this.#root = root;
    this.#log = log;
    this.#objects = new ObjectFolder(join(root, 'objects'));
    this.#marks = new MarkFolder(join(root, 'marks'));
  }

  prepare(): Promise<void> {
    return this.#guard(async () => {
      const folders = ['objects', 'marks', ...COLLATERAL_KINDS.map((kind) => join('index', kind))];
      for (const folder of folders) await makeFolder(join(this.#root, folder));
    });
  }

  get(key: CollateralKey): Promise<CollateralDocument | null> {
    return this.#guard(async () => {
      const metadata = await this.#entry(this.#path(key), keyText(key));
      if (metadata === null) return null;
      if (keyText(metadata.key) !== keyText(key))
        return this.#damaged(key, 'its entry is of another document');
      const body = await this.#objects.read(metadata.sha256);
      const chain = metadata.chainSha256 === null ? null : await this.#objects.read(metadata.chainSha256);
      if (body === null || (chain === null && metadata.chainSha256 !== null)) {
        return this.#damaged(key, 'its bytes are absent or damaged');
      }
      return { ...metadata, body, chain };
    });
  }

  put(document: CollateralDocument): Promise<void> {
    return this.#guard(async () => {
      const { key, body, chain } = document;
      if (Math.max(body.length, chain?.length ?? 0) > MAX_DOCUMENT_BYTES) {
        throw new CollateralError('collateral_too_large', `${keyText(key)} is too large to keep`, {
          path: keyText(key),
          expected: `at most ${MAX_DOCUMENT_BYTES} bytes`,
        });
      }
      if ((await readdir(this.#kindFolder(key.kind))).length >= MAX_ENTRIES) {
        throw new CollateralError('collateral_too_large', `${MAX_ENTRIES} documents of ${key.kind} are kept`);
      }
      await this.#objects.write(body);
      if (chain !== null) await this.#objects.write(chain);
      const digests = { sha256: sha256Hex(body), chainSha256: chain && sha256Hex(chain) };
      // Last: an entry never speaks of bytes that are not there.
      await writeDurably(this.#path(key), writeEntry({ ...document, ...digests }));
    });
  }

  list(only?: CollateralKind): Promise<readonly CollateralMetadata[]> {
    return this.#guard(async () => {
      const found: CollateralMetadata[] = [];
      for (const kind of only === undefined ? COLLATERAL_KINDS : [only]) {
        for (const name of await readdir(this.#kindFolder(kind))) {
          if (!/^[0-9a-f]{64}$/.test(name)) continue;
          const path = join(this.#kindFolder(kind), name);
          const metadata = await this.#entry(path, `${kind}/?`);
          if (metadata !== null && this.#path(metadata.key) === path) found.push(metadata);
        }
      }
      return found;
    });
  }

  highWater(line: string): Promise<number> {
    return this.#guard(() => this.#marks.highest(line));
  }

  raise(mark: HighWaterMark): Promise<void> {
    return this.#guard(() => this.#marks.raise(mark));
  }

  sweep(): Promise<void> {
    return this.#guard(async () => {
      const used = await this.list();
      const digests = used.flatMap(({ sha256, chainSha256 }) => [sha256, chainSha256 ?? sha256]);
      await this.#objects.sweep(new Set(digests));
      for (const kind of COLLATERAL_KINDS) await removeDrafts(this.#kindFolder(kind));
    });
  }

  #kindFolder(kind: CollateralKind): string {
    return join(this.#root, 'index', kind);
  }

  /** Names hold slashes and come from evidence: their digest is a name for a file whatever they hold. */
  #path({ kind, name }: CollateralKey): string {
    return join(this.#kindFolder(kind), sha256Hex(toUtf8(name, 'name')));
  }

  async #entry(path: string, key: string): Promise<CollateralMetadata | null> {
    const bytes = await readCapped(path, MAX_ENTRY_BYTES);
    if (bytes === null) return null;
    try {
      if (bytes !== 'too long') return readEntry(bytes);
    } catch {
      // Said below, for all that an entry can be instead of one.
    }
    this.#log({ event: 'collateral.dropped', key, reason: 'its entry in the cache is damaged' });
    return null;
  }

  #damaged(key: CollateralKey, reason: string): null {
    this.#log({ event: 'collateral.dropped', key: keyText(key), reason });
    return null;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof CollateralError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CollateralError('collateral_cache_failed', `the collateral cache failed: ${why}`, {
        path: this.#root,
        cause,
      });
    }
  }
}
