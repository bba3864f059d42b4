import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endLease, extendLease, type Lease, overTime } from '../../src/ledger/index.ts';

const HOUR = 3_600_000;
const wish = { sameTerms: true, rateE12: 8 * 1_979, fromMs: 0, untilMs: HOUR };
const perHour = 8 * 1_979 * 3_600;

describe('a lease', () => {
  it('costs chips x peak x its length', () => {
    const { lease, debit } = extendLease(null, wish);
    expect(debit).toBe(perHour);
    expect(lease).toMatchObject({ paidFromMs: 0, paidUntilMs: HOUR, heldUntilMs: HOUR });
  });

  it('that is renewed pays for the time that was not paid', () => {
    const { lease } = extendLease(null, wish);
    const renewed = extendLease(lease, { ...wish, fromMs: HOUR / 2, untilMs: 1.5 * HOUR });
    expect(renewed.debit).toBe(perHour / 2);
    expect(renewed.lease).toMatchObject({ paidFromMs: HOUR, paidUntilMs: 1.5 * HOUR });
  });

  it('that ended is not renewed but begun anew: the time between is nobody’s', () => {
    const { lease } = extendLease(null, wish);
    expect(extendLease(lease, { ...wish, fromMs: 5 * HOUR, untilMs: 6 * HOUR }).debit).toBe(perHour);
  });

  it('costs nothing where all of it is paid', () => {
    const { lease } = extendLease(null, wish);
    expect(extendLease(lease, { ...wish, fromMs: 1, untilMs: HOUR })).toEqual({ lease, debit: 0 });
  });

  it.each([
    ['other devices or another payer', { sameTerms: false }],
    ['a lower peak', { rateE12: 1 }],
    ['a higher peak', { rateE12: 10 * 1_979 }],
  ])('on other terms pays in full: %s', (_, other) => {
    const { lease } = extendLease(null, wish);
    const changed = { ...wish, ...other, fromMs: HOUR / 2, untilMs: HOUR };
    expect(extendLease(lease, changed).debit).toBe(overTime(changed.rateE12, HOUR / 2));
  });

  it('on other terms frees no device before the grant that it replaces has ended', () => {
    const { lease } = extendLease(null, wish);
    const shorter = extendLease(lease, { ...wish, sameTerms: false, fromMs: 0, untilMs: 1_000 });
    expect(shorter.lease).toMatchObject({ paidUntilMs: 1_000, heldUntilMs: HOUR });
  });
});

describe('a lease that is revoked', () => {
  const { lease } = extendLease(null, wish);
  const delay = { statusTtlMs: 600_000, clockSkewMs: 60_000 };

  it('ends when nobody honours it any more, and gives back what lies after', () => {
    const { lease: ended, credit } = endLease(lease, 1_000_000, delay);
    expect(ended).toMatchObject({ paidUntilMs: 1_660_000, heldUntilMs: 1_660_000 });
    expect(credit).toBe(Math.floor((8 * 1_979 * (HOUR - 1_660_000)) / 1_000));
  });

  it('gives nothing back where it would have ended by then', () => {
    expect(endLease(lease, HOUR - 660_000, delay)).toEqual({ lease, credit: 0 });
    expect(endLease(lease, HOUR, delay)).toEqual({ lease, credit: 0 });
  });

  it('gives back out of the newest payment alone', () => {
    const renewed = extendLease(lease, { ...wish, fromMs: HOUR / 2, untilMs: 1.5 * HOUR }).lease;
    expect(endLease(renewed, HOUR / 2, { statusTtlMs: 1, clockSkewMs: 0 }).credit).toBe(perHour / 2);
  });

  it('gives back at the rate that was paid, also where another grant was to last longer', () => {
    const cheap = extendLease(null, { ...wish, rateE12: 1 }).lease;
    const dear = extendLease(cheap, { ...wish, untilMs: HOUR / 2 }).lease;
    expect(endLease(dear, HOUR / 2, { statusTtlMs: 0, clockSkewMs: 0 }).credit).toBe(0);
  });
});

describe('any history of a lease', () => {
  const step = fc.record({
    rate: fc.constantFrom(0, 1, 1_979, 15_832),
    sameTerms: fc.boolean(),
    waits: fc.nat(HOUR),
    lasts: fc.integer({ min: 60_000, max: HOUR }),
    revoked: fc.option(fc.record({ statusTtlMs: fc.nat(600_000), clockSkewMs: fc.nat(60_000) })),
  });

  it('pays for every moment in which its chips may compute, at the rate of the grant in force', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let lease: Lease | null = null;
        let now = 0;
        let paid = 0;
        // The newest grant is the one that draws; an older one on other terms is its renewal's predecessor.
        const drawn: { rate: number; from: number; until: number }[] = [];
        for (const { rate, sameTerms, waits, lasts, revoked } of steps) {
          now += waits;
          const last = drawn.at(-1);
          if (last !== undefined) last.until = Math.min(last.until, Math.max(now, last.from));
          const wanted = { sameTerms, rateE12: rate, fromMs: now, untilMs: now + lasts };
          const extended = extendLease(lease, wanted);
          paid += extended.debit;
          lease = extended.lease;
          drawn.push({ rate, from: now, until: now + lasts });
          if (revoked === null) continue;
          const ended = endLease(lease, now, revoked);
          paid -= ended.credit;
          lease = ended.lease;
          const newest = drawn.at(-1);
          const end = now + revoked.statusTtlMs + revoked.clockSkewMs;
          if (newest !== undefined) newest.until = Math.min(newest.until, end);
          now = Math.max(now, newest?.until ?? now);
        }
        const computed = drawn.reduce(
          (sum, { rate, from, until }) => sum + (rate * (until - from)) / 1000,
          0,
        );
        expect(paid).toBeGreaterThanOrEqual(Math.floor(computed));
      }),
    );
  });
});
