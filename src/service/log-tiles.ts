import { FormatError } from '../bytes/errors.ts';
import { formatEntryBundle, formatHashTile, isTileOf, parseTilePath, type Tile } from '../record/tiles.ts';
import { readHead } from '../store/log/statements.ts';
import { readEntries, readHashTile } from '../store/log/tiles.ts';
import type { Context } from './context.ts';
import { RequestError } from './errors.ts';

/**
 * A tile of the log by its path (https://c2sp.org/tlog-tiles), for anybody: hashes, or entries that tell nothing without
 * their salts (record/leaf.ts). Only of what is durable, so that a tile, once seen, never changes.
 *
 * @throws RequestError `not_found`: not a path of a tile, or more than the log holds
 */
export async function getTile({ store }: Pick<Context, 'store'>, path: string): Promise<Uint8Array> {
  const tile = tileOf(path);
  const content = await store.read(async (view) => {
    const head = await view.first(readHead, {});
    if (head === undefined || !isTileOf(tile, head.size)) return undefined;
    return tile.level === 'entries'
      ? formatEntryBundle(await readEntries(view, tile))
      : formatHashTile(await readHashTile(view, tile));
  });
  if (content === undefined) throw new RequestError('not_found', `the log does not reach as far as ${path}`);
  return content;
}

function tileOf(path: string): Tile {
  try {
    return parseTilePath(path);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { message, expected } = error;
    throw new RequestError('not_found', message, {
      cause: error,
      ...(expected === undefined ? {} : { expected }),
    });
  }
}
