import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlacedTpp, tierSharesOf } from '../../../src/policy/packs/tier-shares.ts';

const TIER_1 = ['US', 'DE'];
const verified = (country: string, tpp: number): PlacedTpp => ({ country, tpp, basis: 'verified' });
const shares = (...placed: PlacedTpp[]) => tierSharesOf(placed, TIER_1);

describe('shares by tier', () => {
  it('are of everything that the group has, rounded against whoever asks', () => {
    expect(shares(verified('US', 2), verified('IN', 1))).toEqual({
      tier1SharePercent: 66,
      largestTier2SharePercent: 34,
    });
    expect(shares(verified('US', 60), verified('DE', 15), verified('IN', 7), verified('BR', 18))).toEqual({
      tier1SharePercent: 75,
      largestTier2SharePercent: 18,
    });
    expect(shares(verified('US', 5))).toEqual({ tier1SharePercent: 100, largestTier2SharePercent: 0 });
  });

  it('count what a request would add, wherever it goes', () => {
    const asked = (country: string): PlacedTpp => ({ country, tpp: 50, basis: 'requested' });
    expect(shares(verified('US', 50), asked('IN'))).toMatchObject({ tier1SharePercent: 50 });
    expect(shares(verified('IN', 50), asked('US'))).toMatchObject({ tier1SharePercent: 50 });
  });

  it('are never better for what nobody has shown', () => {
    const claimed = (country: string | null): PlacedTpp => ({ country, tpp: 50, basis: 'claimed' });
    expect(shares(verified('US', 50), claimed('US'))).toEqual({
      tier1SharePercent: 50,
      largestTier2SharePercent: 0,
    });
    expect(shares(verified('IN', 25), verified('BR', 25), claimed(null))).toMatchObject({
      largestTier2SharePercent: 75,
    });
  });

  it('of nothing are not known', () => {
    expect(shares()).toBeNull();
    expect(shares(verified('US', 0))).toBeNull();
  });

  it('are exact for whatever sums are', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(shares(verified('US', most), verified('DE', most), verified('IN', 1))).toEqual({
      tier1SharePercent: 99,
      largestTier2SharePercent: 1,
    });
  });

  it('never grow in tier 1, nor shrink elsewhere, where less is shown', () => {
    const placed = fc.record({
      country: fc.constantFrom('US', 'DE', 'IN', 'BR', null),
      tpp: fc.integer({ min: 1, max: 1_000 }),
      basis: fc.constantFrom('verified' as const, 'claimed' as const),
    });
    fc.assert(
      fc.property(
        fc.array(placed, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        fc.boolean(),
        (all, at, lost) => {
          const less = all.map((one, index) =>
            index === at % all.length
              ? { ...one, basis: 'claimed' as const, ...(lost ? { country: null } : {}) }
              : one,
          );
          const [more, fewer] = [tierSharesOf(all, TIER_1), tierSharesOf(less, TIER_1)];
          expect(fewer?.tier1SharePercent).toBeLessThanOrEqual(more?.tier1SharePercent ?? -1);
          expect(fewer?.largestTier2SharePercent).toBeGreaterThanOrEqual(
            more?.largestTier2SharePercent ?? 101,
          );
        },
      ),
    );
  });
});
