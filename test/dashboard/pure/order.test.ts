import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SortKey } from '../../../src/dashboard/parts/table/column.ts';
import { nextSort } from '../../../src/dashboard/parts/table/column.ts';
import { stepOf } from '../../../src/dashboard/parts/table/keys.ts';
import { orderOf, reversed } from '../../../src/dashboard/parts/table/order.ts';

/** As it should be, by the plainest means. */
function plainOrder(keys: readonly SortKey[]): number[] {
  const compare = (a: SortKey | undefined, b: SortKey | undefined): number => {
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return a < b ? -1 : 1;
  };
  return [...keys.keys()].sort((a, b) => compare(keys[a], keys[b]) || a - b);
}

const texts = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 15 }),
  fc.nat(300).map((number) => `node-${number}`),
  fc
    .tuple(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('\u00ff', '\u0100', '\uac00'),
      fc.string({ maxLength: 8 }),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('', '\0', '\uffff', '가나다라', 'a\0', 'aaaaaaa'),
);

describe('the order of a table', () => {
  it('is that of its texts by their code units, equal ones as they came, none last', () => {
    fc.assert(
      fc.property(fc.array(fc.option(texts), { maxLength: 120 }), (keys) => {
        expect([...orderOf(keys)]).toEqual(plainOrder(keys));
      }),
      { numRuns: 2000 },
    );
  });

  it('is that of more texts than are looked at to tell which characters stand where', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(texts), { minLength: 40, maxLength: 80 }),
        fc.integer({ min: 600, max: 3_000 }),
        fc.nat(100_003),
        (rare, count, factor) => {
          const keys = Array.from({ length: count }, (_, index): SortKey => {
            const own = index % 37 === 5 ? rare[index % rare.length] : undefined;
            return own === undefined ? `node-${(index * factor) % 9_973}` : own;
          });
          expect([...orderOf(keys)]).toEqual(plainOrder(keys));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is that of its numbers', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 60 }),
        (keys) => {
          expect([...orderOf(keys)]).toEqual(plainOrder(keys));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is that of many texts or numbers of which few differ, equal ones as they came', () => {
    const few = fc.oneof(
      fc.array(texts, { minLength: 1, maxLength: 20 }),
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 }),
    );
    fc.assert(
      fc.property(few, fc.integer({ min: 1, max: 700 }), fc.nat(997), (different, count, factor) => {
        const keys = Array.from({ length: count }, (_, index): SortKey => {
          const chosen = (index * factor) % (different.length + 1);
          return different[chosen] ?? null;
        });
        expect([...orderOf(keys)]).toEqual(plainOrder(keys));
      }),
      { numRuns: 300 },
    );
  });

  it('is that of texts of which exactly as many differ as are counted, and one more', () => {
    for (const different of [511, 512, 513]) {
      const keys = Array.from({ length: 2_000 }, (_, index) => `node-${(index * 7_919) % different}`);
      expect([...orderOf(keys)]).toEqual(plainOrder(keys));
    }
  });

  it('turned round leaves rows without a key at the end', () => {
    const keys = ['b', null, 'a', 'c', null];
    expect([...reversed(orderOf(keys), keys)]).toEqual([3, 0, 2, 1, 4]);
  });

  it('goes from ascending to descending to none with each press', () => {
    const first = nextSort(null, 'name');
    const second = nextSort(first, 'name');
    expect([first?.descending, second?.descending, nextSort(second, 'name')]).toEqual([false, true, null]);
    expect(nextSort(second, 'other')).toEqual({ column: 'other', descending: false });
  });

  it('is walked by keys, and never beyond its ends', () => {
    const keys = ['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End'];
    expect(keys.map((key) => stepOf(key, 5, 10, 4))).toEqual([6, 4, 9, 1, 0, 9]);
    expect(keys.map((key) => stepOf(key, 0, 0, 4))).toEqual(keys.map(() => null));
    expect(stepOf('a', 5, 10, 4)).toBeNull();
  });
});
