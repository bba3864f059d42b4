import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backOverTime,
  countChips,
  overTime,
  productOf,
  requireAmount,
  sumOf,
  toOperationsE12,
} from '../../src/ledger/index.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const amount = fc.maxSafeNat();

describe('amounts', () => {
  it('are whole numbers of zero or more', () => {
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, MOST + 1]) {
      expect(() => requireAmount(bad)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
      expect(() => sumOf([1, bad])).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
      expect(() => productOf(bad, 1)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
    }
    expect(() => toOperationsE12(-1n)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
  });

  it('are refused where they cannot be counted, and never wrapped', () => {
    const overflow = expect.objectContaining({ code: 'ledger_overflow' });
    expect(sumOf([MOST, 0])).toBe(MOST);
    expect(() => sumOf([MOST, 1])).toThrowError(overflow);
    expect(() => productOf(2 ** 27, 2 ** 26)).toThrowError(overflow);
    expect(() => overTime(MOST, 1001)).toThrowError(overflow);
    expect(() => toOperationsE12(10n ** 12n * BigInt(MOST) + 1n)).toThrowError(overflow);
  });

  it('of operations are counted in 10^12, rounded up', () => {
    expect(toOperationsE12(0n)).toBe(0);
    expect(toOperationsE12(1n)).toBe(1);
    expect(toOperationsE12(10n ** 12n)).toBe(1);
    expect(toOperationsE12(10n ** 12n + 1n)).toBe(2);
    expect(toOperationsE12(10n ** 26n)).toBe(10 ** 14);
  });
});

describe('what a rate computes in a time', () => {
  it('is rounded against whoever asks: up when taken, down when given back', () => {
    expect(overTime(1, 1)).toBe(1);
    expect(backOverTime(1, 999)).toBe(0);
    expect(overTime(1979 * 8, 3_600_000)).toBe(1979 * 8 * 3600);
  });

  it('is never more given back than taken, and differs by less than one', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(604_800_000), (rate, milliseconds) => {
        const difference = overTime(rate, milliseconds) - backOverTime(rate, milliseconds);
        expect(difference).toBe((rate * milliseconds) % 1000 === 0 ? 0 : 1);
      }),
    );
  });

  it('costs no less in parts than whole', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1e8), fc.nat(1e8), (rate, one, other) => {
        expect(overTime(rate, one) + overTime(rate, other)).toBeGreaterThanOrEqual(
          overTime(rate, one + other),
        );
      }),
    );
  });
});

describe('chips', () => {
  const table = new Map([
    ['A100', { tpp: 4_992, peakE12PerSecond: 624 }],
    ['H100', { tpp: 15_824, peakE12PerSecond: 1_979 }],
  ]);

  it('are counted by their table', () => {
    const chips = [
      { model: 'A100', quantity: 3 },
      { model: 'H100', quantity: 2 },
    ];
    const rateE12 = 3 * 624 + 2 * 1_979;
    expect(countChips(chips, table)).toEqual({ quantity: 5, tpp: 46_624, rateE12, unknown: [] });
  });

  it('of a model in no table are named, so that nobody counts them as nothing', () => {
    const chips = [
      { model: 'Z1', quantity: 3 },
      { model: 'A100', quantity: 1 },
      { model: 'Z1', quantity: 3 },
    ];
    expect(countChips(chips, table).unknown).toEqual(['Z1']);
    expect(countChips([{ model: 'constructor', quantity: 1 }], table).unknown).toEqual(['constructor']);
  });

  it('that cannot be counted are refused', () => {
    fc.assert(
      fc.property(amount, amount, (quantity, tpp) => {
        const count = () =>
          countChips([{ model: 'X', quantity }], new Map([['X', { tpp, peakE12PerSecond: 1 }]]));
        const exact = BigInt(quantity) * BigInt(tpp);
        if (exact > BigInt(MOST))
          expect(count).toThrowError(expect.objectContaining({ code: 'ledger_overflow' }));
        else expect(BigInt(count().tpp)).toBe(exact);
      }),
    );
  });
});
