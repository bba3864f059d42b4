import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8 } from '../../bytes/text.ts';
import { actPage } from '../../protocol/audit.ts';
import { TILE_WIDTH, tilePath, tileWidth } from '../../record/tiles.ts';
import { actsPath } from './file-source.ts';
import { type Files, readIfThere } from './files.ts';

/** A copy that grows: what was once read and found sound is not asked for again. */
export type Mirror = Files & {
  /** Writes what the bundles up to now were read from. */
  readonly keep: () => Promise<void>;
  /** Takes a bundle's files and the tiles above them away, into `rejected/`: they are evidence, and no copy. */
  readonly reject: (bundle: number, size: number) => Promise<void>;
};

/** Files of another place, and a copy of them in a folder. The newest checkpoint is always asked for. */
export function mirrorFiles(folder: string, upstream: Files): Mirror {
  const fresh = new Map<string, Uint8Array>();
  const folders = new Set<string>();

  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const file = join(folder, path);
    if (!folders.has(dirname(file))) {
      await mkdir(dirname(file), { recursive: true });
      folders.add(dirname(file));
    }
    await writeFile(`${file}.new`, bytes);
    await rename(`${file}.new`, file);
  };

  return {
    name: upstream.name,
    hasActs: upstream.hasActs,
    get: async (path) => {
      if (path === 'checkpoint' || path === 'key') return upstream.get(path);
      const known = fresh.get(path) ?? (await readIfThere(join(folder, path)));
      if (known !== undefined) return known;
      const bytes = await upstream.get(path);
      if (bytes !== undefined && isWhole(path, bytes)) fresh.set(path, bytes);
      return bytes;
    },
    keep: async () => {
      const writing = [...fresh];
      for (const [path, bytes] of writing) {
        await write(path, bytes);
        fresh.delete(path);
      }
    },
    reject: async (bundle, size) => {
      for (const path of pathsOf(bundle, size)) {
        const bytes = fresh.get(path) ?? (await readIfThere(join(folder, path)));
        fresh.delete(path);
        if (bytes === undefined) continue;
        await write(join('rejected', path), bytes);
        await rm(join(folder, path), { force: true });
      }
    },
  };
}

/** Acts that were not all shown may be shown to somebody else later. */
function isWhole(path: string, bytes: Uint8Array): boolean {
  if (!path.startsWith('acts/')) return true;
  const width = Number(/\.p\/(\d+)$/.exec(path)?.[1] ?? TILE_WIDTH);
  const page = actPage.safeParse(JSON.parse(fromUtf8(bytes, 'acts')));
  return page.success && page.data.acts.length >= width;
}

/** The files that one bundle is read from, tiles above it included. */
function pathsOf(bundle: number, size: number): string[] {
  const paths: string[] = [];
  const width = tileWidth('entries', bundle, size);
  paths.push(tilePath({ level: 'entries', index: bundle, width }), actsPath(bundle, width));
  for (let [level, index] = [0, bundle]; ; level++, index = Math.floor(index / TILE_WIDTH)) {
    const hashes = tileWidth(level, index, size);
    if (hashes === 0) return paths;
    paths.push(tilePath({ level, index, width: hashes }));
  }
}
