import { equalBytes } from '../bytes/equal.ts';
import { toHex } from '../bytes/text.ts';
import type { Checkpoint } from './checkpoint.ts';
import { RecordError } from './errors.ts';
import { leafHash, type NodeId, nodeHash, rangeNodes, rootOf } from './merkle.ts';
import type { NodeReader } from './ranges.ts';
import {
  parseEntryBundle,
  parseHashTile,
  TILE_HEIGHT,
  TILE_WIDTH,
  type Tile,
  tileNodes,
  tilePath,
  tileWidth,
} from './tiles.ts';

/** Gets a file below the log's URL, such as `tile/0/x001/234.p/5`; undefined where there is none. */
export type TileSource = (path: string) => Promise<Uint8Array | undefined>;

/** A tree as somebody sees it who has a checkpoint and trusts nobody for the tiles. */
export type TreeReader = {
  readonly size: number;
  readonly root: Uint8Array;
  /** Hashes of perfect subtrees, each shown to lie under the root: what `inclusionProof` and `consistencyProof` read. */
  readonly nodes: NodeReader;
  /** The entries from 256 * index on, at most 256, each shown to be its leaf's. */
  readonly entries: (index: number) => Promise<readonly Uint8Array[]>;
};

type Hashes = readonly Uint8Array[];

/** Full tiles that are kept, some 2 MB as objects. A walk along the log needs one of each level, a proof a few. */
const TILES_KEPT = 64;

/**
 * Reads a tree from tiles alone. No hash is handed on before it is shown to lie under the checkpoint's root: the partial
 * tiles at the right edge together yield the root, and every full tile yields a hash of the tile above it. Whoever serves
 * the tiles can withhold some, and do nothing else.
 *
 * The reader throws RecordError `tile_absent`, `tile_mismatch`, `entry_mismatch`, `index_out_of_range`; FormatError
 * `truncated`, `trailing_data` for what is no tile; and whatever `get` throws.
 *
 * @param checkpoint one whose signature was verified
 */
export function readTree({ size, root }: Pick<Checkpoint, 'size' | 'root'>, get: TileSource): TreeReader {
  /** The partial tile of each level that has one, once they were shown to yield the root. */
  let edge: Promise<ReadonlyMap<number, Hashes>> | undefined;
  const full = new Map<string, Promise<Hashes>>();

  const nodes: NodeReader = (wanted) => Promise.all(wanted.map(node));

  async function node({ level, index }: NodeId): Promise<Uint8Array> {
    if ((index + 1) * 2 ** level > size) throw outside(`node ${level}/${index}`, size);
    const height = level % TILE_HEIGHT;
    const first = index * 2 ** height;
    const hashes = await provenTile((level - height) / TILE_HEIGHT, Math.floor(first / TILE_WIDTH));
    const place = first % TILE_WIDTH;
    return perfectRoot(hashes.slice(place, place + 2 ** height));
  }

  async function provenTile(level: number, index: number): Promise<Hashes> {
    const width = tileWidth(level, index, size);
    if (width === TILE_WIDTH) return provenFullTile({ level, index, width });
    edge ??= provenEdge().catch((error: unknown) => {
      edge = undefined; // what failed may be asked for again
      throw error;
    });
    return (await edge).get(level) ?? [];
  }

  function provenFullTile(tile: HashTile): Promise<Hashes> {
    const path = tilePath(tile);
    const known = full.get(path);
    if (known !== undefined) return known;
    const proven = loadHashes(get, tile).then(async (hashes) => {
      const above = await node({ level: TILE_HEIGHT * (tile.level + 1), index: tile.index });
      requireSame(path, perfectRoot(hashes), above);
      return hashes;
    });
    full.set(path, proven);
    proven.catch(() => full.delete(path));
    for (const oldest of full.keys()) {
      if (full.size <= TILES_KEPT) break;
      full.delete(oldest);
    }
    return proven;
  }

  async function provenEdge(): Promise<ReadonlyMap<number, Hashes>> {
    const tiles = partialTiles(size);
    const loaded = await Promise.all(tiles.map((tile) => loadHashes(get, tile)));
    const roots = loaded
      .toReversed()
      .flatMap((hashes) =>
        rangeNodes(hashes.length).map(({ level, index }) =>
          perfectRoot(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)),
        ),
      );
    requireSame('the right edge', rootOf({ size, roots }), root);
    return new Map(tiles.map(({ level }, place) => [level, loaded[place] ?? []]));
  }

  async function entries(index: number): Promise<Hashes> {
    const tile: Tile = { level: 'entries', index, width: tileWidth('entries', index, size) };
    if (!Number.isSafeInteger(index) || index < 0 || tile.width === 0)
      throw outside(`entries ${index}`, size);
    const leaves = await nodes(tileNodes(tile));
    const found = await load(get, tile, parseEntryBundle);
    for (const [place, entry] of found.entries()) {
      if (!equalBytes(leafHash(entry), leaves[place] ?? root)) throw wrongEntry(index * TILE_WIDTH + place);
    }
    return found;
  }

  return { size, root, nodes, entries };
}

type HashTile = Tile & { readonly level: number };

/** The partial tiles of a tree, the lowest first: all that its root is made of. */
function partialTiles(size: number): HashTile[] {
  const tiles: HashTile[] = [];
  for (let [level, hashes] = [0, size]; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const width = hashes % TILE_WIDTH;
    if (width > 0) tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width });
  }
  return tiles;
}

function loadHashes(get: TileSource, tile: HashTile): Promise<Hashes> {
  return load(get, tile, parseHashTile);
}

/** A partial tile may be gone once the full one is there, which begins with it. */
async function load(
  get: TileSource,
  tile: Tile,
  parse: (bytes: Uint8Array, width: number) => Hashes,
): Promise<Hashes> {
  const bytes = await get(tilePath(tile));
  if (bytes !== undefined) return parse(bytes, tile.width);
  const whole = { ...tile, width: TILE_WIDTH };
  const later = tile.width === TILE_WIDTH ? undefined : await get(tilePath(whole));
  if (later !== undefined) return parse(later, TILE_WIDTH).slice(0, tile.width);
  throw new RecordError('tile_absent', `the log does not serve ${tilePath(tile)}`, { path: tilePath(tile) });
}

/** The root over a power of two of hashes. */
function perfectRoot(hashes: Hashes): Uint8Array {
  let level = hashes;
  while (level.length > 1) {
    const pairs: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2)
      pairs.push(nodeHash(level[at] ?? NONE, level[at + 1] ?? NONE));
    level = pairs;
  }
  return level[0] ?? NONE;
}

const NONE = new Uint8Array();

function requireSame(path: string, actual: Uint8Array, expected: Uint8Array): void {
  if (equalBytes(actual, expected)) return;
  throw new RecordError('tile_mismatch', `${path} is not of the tree that the checkpoint is of`, {
    path,
    expected: toHex(expected),
    actual: toHex(actual),
  });
}

function wrongEntry(leafIndex: number): RecordError {
  return new RecordError('entry_mismatch', `entry ${leafIndex} is not the one that its leaf was made of`, {
    path: `entries[${leafIndex}]`,
  });
}

function outside(what: string, size: number): RecordError {
  return new RecordError('index_out_of_range', `no ${what} in a tree of ${size}`, { path: 'index' });
}
