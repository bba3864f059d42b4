import { describe, expect, it } from 'vitest';
import { pooledRandom } from '../../src/cli/serve/random.ts';

describe('random bytes from a pool', () => {
  it('are as many as are asked for, whatever is left, and never the same', () => {
    const random = pooledRandom();
    const seen = new Set<string>();
    for (const length of [16, 4096, 4097, 4090, 32, ...Array.from({ length: 400 }, () => 32)]) {
      const drawn = random(length);
      expect(drawn).toHaveLength(length);
      seen.add(Buffer.from(drawn.subarray(0, 16)).toString('hex'));
    }
    expect(seen.size).toBe(405);
    expect(random(0)).toHaveLength(0);
  });

  it('belong to whoever drew them', () => {
    const random = pooledRandom();
    const one = random(32);
    const before = Buffer.from(one).toString('hex');
    for (let more = 0; more < 1000; more++) random(32).fill(7);
    expect(Buffer.from(one).toString('hex')).toBe(before);
  });
});
