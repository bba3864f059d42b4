import { Cursor } from '../bytes/cursor.ts';
import { FormatError } from '../bytes/errors.ts';
import { HASH_BYTES, type NodeId } from './merkle.ts';

/**
 * The Merkle tree as files that never change (https://c2sp.org/tlog-tiles): pieces of eight levels, each 256 hashes wide,
 * and the entries in bundles of as many. Paths here are those below a log's URL, without a slash in front.
 */
export type Tile = {
  /** Hashes at the tree's level 8 * level; or the entries below the tile of level 0 with the same index. */
  readonly level: number | 'entries';
  readonly index: number;
  /** Hashes or entries, 1 to 256; less than 256 only at the right edge of the tree that is read. */
  readonly width: number;
};

/** Hashes of a full tile. */
export const TILE_WIDTH = 256;
/** Levels of the tree in one tile. */
export const TILE_HEIGHT = 8;
/** What the length before an entry can say. */
const MAX_ENTRY_BYTES = 0xffff;
/** A tile above this level would need more leaves than a safe integer counts; the specification ends at 63. */
const MAX_LEVEL = 63;

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** `tile/<L>/<N>[.p/<W>]` or `tile/entries/<N>[.p/<W>]`, N in elements of three digits: 1234067 is `x001/x234/067`. */
export function tilePath({ level, index, width }: Tile): string {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const elements = padded.replaceAll(/\d{3}(?!$)/g, 'x$&/');
  return `tile/${level}/${elements}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * The tile that a path names. Every tile has one path: leading zeroes, a width of 256 and elements of nothing but zeroes
 * in front are refused. Whether a tree has such a tile is for {@link isTileOf} to say.
 *
 * @throws FormatError `bad_value`
 */
export function parseTilePath(path: string): Tile {
  const [, level = '', elements = '', width = String(TILE_WIDTH)] = PATH.exec(path) ?? [];
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(elements.replaceAll(/[x/]/g, '')),
    width: Number(width),
  };
  const isTile =
    elements !== '' &&
    (tile.level === 'entries' || tile.level <= MAX_LEVEL) &&
    Number.isSafeInteger(tile.index) &&
    tile.width >= 1 &&
    tile.width <= TILE_WIDTH &&
    tilePath(tile) === path;
  if (isTile) return tile;
  throw new FormatError('bad_value', 'not the path of a tile', {
    path: 'tile',
    expected: 'tile/<level>/<index>[.p/<width>] or tile/entries/<index>[.p/<width>]',
    actual: path.slice(0, 100),
  });
}

/** How many hashes the tile at this place has in a tree of `size` leaves; 0 where it has none. */
export function tileWidth(level: Tile['level'], index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** heightOf(level));
  return Math.min(TILE_WIDTH, Math.max(0, hashes - index * TILE_WIDTH));
}

/** Whether all that is in the tile is in a tree of `size` leaves, however much more there may be by now. */
export function isTileOf({ level, index, width }: Tile, size: number): boolean {
  return width <= tileWidth(level, index, size);
}

/** The perfect subtrees whose roots a tile of hashes holds, from the left; below entries, their leaves. */
export function tileNodes({ level, index, width }: Tile): NodeId[] {
  const first = index * TILE_WIDTH;
  const nodeLevel = TILE_HEIGHT * heightOf(level);
  return Array.from({ length: width }, (_, place) => ({ level: nodeLevel, index: first + place }));
}

/** A tile of hashes as bytes: the hashes, one behind the other. */
export function formatHashTile(hashes: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(hashes);
}

/**
 * The hashes of a tile. They are anybody's: tile-reader.ts compares them with a root.
 * @throws FormatError `truncated`, `trailing_data`
 */
export function parseHashTile(bytes: Uint8Array, width: number): Uint8Array[] {
  const cursor = new Cursor(bytes, 'tile');
  const hashes = Array.from({ length: width }, () => cursor.take(HASH_BYTES, 'hash'));
  cursor.end();
  return hashes;
}

/**
 * An entry bundle: each entry behind its length, two bytes, big-endian.
 * @throws FormatError `too_long`
 */
export function formatEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(entries.flatMap((entry) => [lengthOf(entry), entry]));
}

/**
 * The entries of a bundle, not yet compared with their leaves.
 * @throws FormatError `truncated`, `trailing_data`
 */
export function parseEntryBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const cursor = new Cursor(bytes, 'entryBundle');
  const entries = Array.from({ length: width }, () => cursor.sized16be('entry', MAX_ENTRY_BYTES));
  cursor.end();
  return entries;
}

function lengthOf(entry: Uint8Array): Uint8Array {
  if (entry.length <= MAX_ENTRY_BYTES) return Uint8Array.of(entry.length >> 8, entry.length);
  throw new FormatError('too_long', `an entry of ${entry.length} bytes`, {
    path: 'entryBundle.entry',
    expected: `at most ${MAX_ENTRY_BYTES} bytes`,
    actual: `${entry.length} bytes`,
  });
}

function heightOf(level: Tile['level']): number {
  return level === 'entries' ? 0 : level;
}
