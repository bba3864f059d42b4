import { describe, expect, it } from 'vitest';
import { DerCache } from '../../../src/evidence/amd/der-cache.ts';

function counting(most: number): { readonly cache: DerCache<number>; readonly parsed: () => number } {
  let count = 0;
  const cache = new DerCache(most, (der) => {
    count++;
    if (der[0] === 0xff) throw new Error('malformed');
    return der[0] ?? -1;
  });
  return { cache, parsed: () => count };
}

const bytes = (first: number, last = first): Uint8Array => new Uint8Array(40).fill(last).fill(first, 0, 1);

describe('what was parsed before', () => {
  it('is not parsed again', () => {
    const { cache, parsed } = counting(4);
    expect([cache.read(bytes(1)), cache.read(bytes(1))]).toEqual([1, 1]);
    expect(parsed()).toBe(1);
  });

  it('is never taken for other bytes that end alike', () => {
    const { cache } = counting(4);
    expect([1, 2, 1, 2].map((first) => cache.read(bytes(first, 9)))).toEqual([1, 2, 1, 2]);
    expect(cache.read(Uint8Array.of(7, 9, 9))).toBe(7);
  });

  it('stays what it was when the caller changes the bytes afterwards', () => {
    const { cache } = counting(4);
    const mine = bytes(1, 9);
    cache.read(mine);
    mine[0] = 2;
    expect(cache.read(mine)).toBe(2);
    expect(cache.read(bytes(1, 9))).toBe(1);
  });

  it('is forgotten in its turn, and what is malformed is never remembered', () => {
    const { cache, parsed } = counting(2);
    for (const first of [1, 2, 3]) cache.read(bytes(first));
    expect(parsed()).toBe(3);
    cache.read(bytes(3));
    cache.read(bytes(2));
    expect(parsed()).toBe(3);
    cache.read(bytes(1));
    expect(parsed()).toBe(4);
    expect(() => cache.read(bytes(0xff))).toThrow('malformed');
    expect(() => cache.read(bytes(0xff))).toThrow('malformed');
    expect(parsed()).toBe(6);
  });
});
