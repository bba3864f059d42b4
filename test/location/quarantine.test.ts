import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Quarrel, quarantine } from '../../src/location/quarantine.ts';

const found = (...quarrels: readonly Quarrel[]): string[] => [...quarantine(quarrels)].sort();

/** Every set of groups that stands in some smallest set which explains all, by trying all. */
function byTrying(quarrels: readonly Quarrel[]): string[] {
  const groups = [...new Set(quarrels.flat())];
  const subsets = Array.from({ length: 2 ** groups.length }, (_, bits) =>
    groups.filter((_, index) => ((bits >> index) & 1) === 1),
  );
  const covers = subsets.filter((set) => quarrels.every(([a, b]) => set.includes(a) || set.includes(b)));
  const least = Math.min(...covers.map(({ length }) => length));
  return [...new Set(covers.filter(({ length }) => length === least).flat())].sort();
}

describe('quarantine', () => {
  it('sets nobody aside without a contradiction', () => {
    expect(found()).toEqual([]);
  });

  it('sets aside the liar, not those that it contradicts', () => {
    expect(found(['liar', 'a'], ['liar', 'b'], ['c', 'liar'])).toEqual(['liar']);
    expect(found(['liar', 'a'], ['liar', 'b'], ['other', 'c'], ['d', 'other'])).toEqual(['liar', 'other']);
  });

  it('sets aside both of a pair that nothing else tells apart', () => {
    expect(found(['a', 'b'])).toEqual(['a', 'b']);
    expect(found(['liar', 'a'], ['liar', 'b'], ['c', 'd'])).toEqual(['c', 'd', 'liar']);
  });

  it('sets aside who contradicts itself, and nobody for its sake', () => {
    expect(found(['a', 'a'], ['a', 'b'])).toEqual(['a']);
  });

  it('is what trying every set finds', () => {
    const group = fc.constantFrom(...'abcdefg');
    fc.assert(
      fc.property(fc.array(fc.tuple(group, group), { maxLength: 12 }), (quarrels) => {
        expect(found(...quarrels)).toEqual(quarrels.length === 0 ? [] : byTrying(quarrels));
      }),
    );
  });

  it('sets aside everybody involved where it is too tangled to tell', () => {
    const tangled = Array.from({ length: 150 }, (_, index): Quarrel[] => [
      [`${index}`, `${(index * 7 + 3) % 150}`],
      [`${index}`, `${(index * 11 + 5) % 150}`],
      [`${index}`, `${(index * 17 + 1) % 150}`],
    ]).flat();
    expect(quarantine(tangled)).toEqual(new Set(tangled.flat()));
  });
});
