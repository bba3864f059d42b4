import { leafHash, rootOf } from '../../src/record/merkle.ts';
import {
  formatEntryBundle,
  formatHashTile,
  isTileOf,
  parseTilePath,
  TILE_WIDTH,
  tileNodes,
} from '../../src/record/tiles.ts';
import { grow } from './tree.ts';

/** A log of so many entries whose files are made when they are asked for, as a server that is sound makes them. */
export function tiledLog(size: number) {
  const entries = Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`));
  const { range, read } = grow(entries.map(leafHash));
  const asked: string[] = [];
  const get = async (path: string): Promise<Uint8Array | undefined> => {
    asked.push(path);
    const tile = parseTilePath(path);
    if (!isTileOf(tile, size)) return undefined;
    if (tile.level !== 'entries') return formatHashTile(await read(tileNodes(tile)));
    const first = tile.index * TILE_WIDTH;
    return formatEntryBundle(entries.slice(first, first + tile.width));
  };
  return { entries, read, get, asked, size, root: rootOf(range) };
}
