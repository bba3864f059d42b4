import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBundle } from '../../../src/record/audit/compare-bundle.ts';
import { leafHash } from '../../../src/record/merkle.ts';

const entry = (place: number): Uint8Array => Buffer.from(`entry ${place}`);
const entries: readonly (Uint8Array | undefined)[] = Array.from({ length: 20 }, (_, place) => entry(place));
const leaves = Array.from({ length: 20 }, (_, place) => leafHash(entry(place)));
const strange = Buffer.from('nobody’s');

const told = (found: readonly (Uint8Array | undefined)[]) =>
  compareBundle(3, leaves, found).map(({ code, subject }) => `${code} of ${subject}`);
const leaf = (place: number): string => `leaf ${3 * 256 + place}`;

describe('entries held against their leaves', () => {
  it('are nothing to speak of where they are all in their places', () => {
    expect(told(entries)).toEqual([]);
  });

  it.each<readonly [string, readonly (Uint8Array | undefined)[], readonly string[]]>([
    ['altered', entries.with(9, strange), [`log.leaf-altered of ${leaf(9)}`]],
    ['gone, its place known', entries.with(9, undefined), [`log.leaf-removed of ${leaf(9)}`]],
    ['gone, those behind it moved up', entries.toSpliced(9, 1), [`log.leaf-removed of ${leaf(9)}`]],
    ['gone at the end', entries.slice(0, 19), [`log.leaf-removed of ${leaf(19)}`]],
    [
      'exchanged',
      entries.with(9, entry(12)).with(12, entry(9)),
      [`log.leaves-reordered of ${leaf(9)}`, `log.leaves-reordered of ${leaf(12)}`],
    ],
    [
      'altered beside one that is gone',
      entries.with(9, strange).with(10, undefined),
      [`log.leaf-altered of ${leaf(9)}`, `log.leaf-removed of ${leaf(10)}`],
    ],
    [
      'exchanged beside one that is gone',
      entries.with(1, entry(2)).with(2, entry(1)).with(10, undefined),
      [
        `log.leaves-reordered of ${leaf(1)}`,
        `log.leaves-reordered of ${leaf(2)}`,
        `log.leaf-removed of ${leaf(10)}`,
      ],
    ],
  ])('are named where one is %s', (_, found, expected) => {
    expect(told(found)).toEqual(expected);
  });

  it('are never all well where any of them is not', () => {
    const places = fc.nat({ max: 19 });
    const changes = fc.array(fc.tuple(places, fc.oneof(places, fc.constant(-1), fc.constant(-2))), {
      minLength: 1,
    });
    fc.assert(
      fc.property(changes, (changed) => {
        const found: (Uint8Array | undefined)[] = [...entries];
        for (const [place, by] of changed)
          found[place] = by === -1 ? undefined : by === -2 ? strange : entry(by);
        const isWhole = found.every(
          (one, place) => one !== undefined && Buffer.compare(one, entry(place)) === 0,
        );
        expect(told(found).length === 0).toBe(isWhole);
      }),
    );
  });
});
