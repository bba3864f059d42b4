import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import {
  formatEntryBundle,
  isTileOf,
  parseEntryBundle,
  parseHashTile,
  parseTilePath,
  type Tile,
  tileNodes,
  tilePath,
  tileWidth,
} from '../../src/record/tiles.ts';
import { fuzzRuns } from '../vectors.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });
const runs = { numRuns: fuzzRuns };

const tiles: fc.Arbitrary<Tile> = fc.record({
  level: fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })),
  index: fc.oneof(fc.maxSafeNat(), fc.nat(2_000_000)),
  width: fc.integer({ min: 1, max: 256 }),
});

describe('the path of a tile', () => {
  it.each<[string, Tile]>([
    // The specification's own example of an index.
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/0/000', { level: 0, index: 0, width: 256 }],
    ['tile/0/999', { level: 0, index: 999, width: 256 }],
    ['tile/3/x001/000', { level: 3, index: 1_000, width: 256 }],
    ['tile/63/x001/x000/000.p/255', { level: 63, index: 1_000_000, width: 255 }],
    ['tile/entries/x123/456.p/1', { level: 'entries', index: 123_456, width: 1 }],
    ['tile/0/x009/x007/x199/x254/x740/991', { level: 0, index: Number.MAX_SAFE_INTEGER, width: 256 }],
  ])('%s', (path, tile) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it('is one for each tile', () => {
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
      }),
      runs,
    );
  });

  it.each([
    ['nothing', ''],
    ['a slash in front', '/tile/0/000'],
    ['a slash behind', 'tile/0/000/'],
    ['a level with a zero in front', 'tile/00/000'],
    ['a level above 63', 'tile/64/000'],
    ['a negative level', 'tile/-1/000'],
    ['an unknown kind', 'tile/data/000'],
    ['two digits', 'tile/0/00'],
    ['four digits', 'tile/0/0000'],
    ['an element of zeroes in front', 'tile/0/x000/001'],
    ['no x before the last element', 'tile/0/001/234'],
    ['an x at the last element', 'tile/0/x001/x234'],
    ['an x alone', 'tile/0/x001'],
    ['an index beyond what is counted exactly', 'tile/0/x009/x007/x199/x254/x740/992'],
    ['more elements than any tree has', 'tile/0/x001/x000/x000/x000/x000/x000/000'],
    ['a width of nothing', 'tile/0/000.p/0'],
    ['a full width as a partial one', 'tile/0/000.p/256'],
    ['a width with a zero in front', 'tile/0/000.p/01'],
    ['a width that is missing', 'tile/0/000.p/'],
    ['a width without its mark', 'tile/0/000/5'],
    ['another case', 'tile/0/000.P/5'],
    ['white space', 'tile/0/000 '],
    ['a newline', 'tile/0/000\n'],
    ['digits that are not ASCII', 'tile/0/00\u0661'],
  ])('is refused: %s', (_, path) => {
    expect(() => parseTilePath(path)).toThrow(code('bad_value'));
  });

  it('is read in one way or refused, whatever it is', () => {
    const parts = fc.constantFrom(
      'tile/',
      'entries',
      '0',
      '1',
      '63',
      '/',
      'x',
      '001',
      '234',
      '.p/',
      '255',
      'e',
    );
    const near = fc.array(parts, { maxLength: 9 }).map((some) => `tile/${some.join('')}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (path) => {
        try {
          expect(tilePath(parseTilePath(path))).toBe(path);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      runs,
    );
  });
});

describe('the tiles of a tree', () => {
  it('of 70,000 leaves are those of the specification', () => {
    const widths = (level: number, indices: readonly number[]) =>
      indices.map((index) => tileWidth(level, index, 70_000));
    expect(widths(0, [0, 272, 273, 274])).toEqual([256, 256, 112, 0]);
    expect(widths(1, [0, 1, 2])).toEqual([256, 17, 0]);
    expect(widths(2, [0, 1])).toEqual([1, 0]);
    expect(widths(3, [0])).toEqual([0]);
    expect([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256)]).toEqual([256, 0, 1]);
    expect(tileWidth('entries', 273, 70_000)).toBe(112);
  });

  it('hold only complete subtrees of the tree, and none that it lacks', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(100_000), fc.maxSafeNat()),
        fc.integer({ min: 0, max: 6 }),
        fc.nat(500),
        fc.integer({ min: 1, max: 256 }),
        (size, level, index, width) => {
          const ends = tileNodes({ level, index, width }).map((node) => (node.index + 1) * 2 ** node.level);
          expect(isTileOf({ level, index, width }, size)).toBe(Math.max(...ends) <= size);
        },
      ),
      runs,
    );
  });
});

describe('the content of a tile', () => {
  it('is as many hashes as its width says', () => {
    const bytes = new Uint8Array(96).map((_, at) => at);
    expect(parseHashTile(bytes, 3).map((hash) => hash[0])).toEqual([0, 32, 64]);
    expect(() => parseHashTile(bytes, 4)).toThrow(code('truncated'));
    expect(() => parseHashTile(bytes.subarray(0, 95), 3)).toThrow(code('truncated'));
    expect(() => parseHashTile(bytes, 2)).toThrow(code('trailing_data'));
  });

  it('is as many entries as its width says, each behind its length', () => {
    expect([...formatEntryBundle([Uint8Array.of(7, 8), new Uint8Array()])]).toEqual([0, 2, 7, 8, 0, 0]);
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), (entries) => {
        const bytes = formatEntryBundle(entries);
        expect(parseEntryBundle(bytes, entries.length).map((entry) => [...entry])).toEqual(
          entries.map((entry) => [...entry]),
        );
        expect(() => parseEntryBundle(bytes, entries.length + 1)).toThrow(code('truncated'));
        expect(() => parseEntryBundle(bytes.subarray(0, -1), entries.length)).toThrow(code('truncated'));
        expect(() => parseEntryBundle(Buffer.concat([bytes, bytes]), entries.length)).toThrow(
          code('trailing_data'),
        );
      }),
      { numRuns: Math.max(100, fuzzRuns / 25) },
    );
    const longest = new Uint8Array(0xffff);
    expect(parseEntryBundle(formatEntryBundle([longest]), 1)[0]?.length).toBe(0xffff);
    expect(() => formatEntryBundle([new Uint8Array(0x10000)])).toThrow(code('too_long'));
  });

  it('of any bytes is an error of format or what was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.integer({ min: 1, max: 4 }), (bytes, width) => {
        try {
          const written = formatEntryBundle(parseEntryBundle(bytes, width));
          expect([...written]).toEqual([...bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      runs,
    );
  });
});
