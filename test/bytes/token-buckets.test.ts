import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBuckets } from '../../src/bytes/token-buckets.ts';

describe('token buckets', () => {
  it('grant what was saved up, then what is earned', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 3 }, 10);
    const granted = [0, 0, 0, 0, 499, 500, 500, 1000].map((at) => buckets.take('a', at).granted);
    expect(granted).toEqual([true, true, true, false, false, true, false, true]);
  });

  it('say what is left, when to ask again and when all is there', () => {
    const buckets = new TokenBuckets({ perSecond: 2, burst: 2 }, 10);
    expect(buckets.take('a', 0)).toEqual({ granted: true, remaining: 1, nextMs: 0, fullMs: 500 });
    expect(buckets.take('a', 0)).toEqual({ granted: true, remaining: 0, nextMs: 500, fullMs: 1000 });
    expect(buckets.take('a', 100)).toEqual({ granted: false, remaining: 0, nextMs: 400, fullMs: 900 });
  });

  it('know each other’s keys apart, and forget whoever asked least recently', () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 2);
    for (const key of ['a', 'b']) expect(buckets.take(key, 0).granted).toBe(true);
    expect(buckets.take('a', 0).granted).toBe(false);
    expect(buckets.take('c', 0).granted).toBe(true); // b is forgotten, a is not
    expect(buckets.size).toBe(2);
    expect(buckets.take('a', 0).granted).toBe(false);
    expect(buckets.take('b', 0).granted).toBe(true);
  });

  it('never grant more in any time than was saved up and is earned in it, whatever the clock does', () => {
    const rate = { perSecond: 7, burst: 5 };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 300 }), { maxLength: 200 }), (steps) => {
        const buckets = new TokenBuckets(rate, 1);
        let now = 0;
        let latest = 0;
        let granted = 0;
        let passed = 0;
        for (const step of steps) {
          now += step;
          passed += Math.max(0, now - latest);
          latest = now;
          if (buckets.take('a', now).granted) granted++;
        }
        expect(granted).toBeLessThanOrEqual(rate.burst + (passed / 1000) * rate.perSecond + 1e-6);
      }),
    );
  });
});
