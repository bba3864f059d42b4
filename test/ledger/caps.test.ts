import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dayOf,
  firstDayOf,
  fits,
  fitsFrom,
  isPeriod,
  leavesWindowAt,
  leftOf,
  monthOf,
  monthsOfYear,
  periodOf,
  reached,
} from '../../src/ledger/index.ts';

const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

describe('a cap', () => {
  it('is reached and not passed', () => {
    expect(fits(10, 7, 3)).toBe(true);
    expect(fits(10, 7, 4)).toBe(false);
    expect(leftOf(10, 7)).toBe(3);
  });

  it('that was lowered beneath what was taken leaves nothing', () => {
    expect(leftOf(10, 11)).toBe(0);
    expect(fits(10, 11, 1)).toBe(false);
  });

  it('takes no amount below zero for room', () => {
    expect(() => fits(10, 11, -1)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
    expect(() => fits(10, -5, 12)).toThrowError(expect.objectContaining({ code: 'ledger_not_whole' }));
  });
});

describe('periods', () => {
  it('are of UTC', () => {
    const at = new Date('2026-12-31T23:59:59.999Z');
    expect([dayOf(at), monthOf(at)]).toEqual(['2026-12-31', '2026-12']);
    expect(monthsOfYear(at)).toEqual({ from: '2026-01', to: '2026-12' });
    expect(monthsOfYear(new Date(at.getTime() + 1))).toEqual({ from: '2027-01', to: '2027-12' });
  });

  it('are read by the calendar', () => {
    for (const [kind, text] of [
      ['none', ''],
      ['month', '2026-02'],
      ['day', '2028-02-29'],
    ] as const) {
      expect(isPeriod(kind, text)).toBe(true);
    }
    for (const [kind, text] of [
      ['none', '2026-02'],
      ['month', '2026-13'],
      ['month', '2026-02-01'],
      ['day', '2026-02-29'],
      ['day', '2026-02'],
    ] as const) {
      expect(isPeriod(kind, text)).toBe(false);
    }
    fc.assert(
      fc.property(instant, fc.constantFrom('none', 'month', 'day'), (at, kind) => {
        expect(isPeriod(kind, periodOf(kind, at))).toBe(true);
      }),
    );
  });

  it('a window holds every day of which it touches a moment, and lets go of it when it touches none', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 366 }), (at, windowDays) => {
        const day = firstDayOf(at, windowDays);
        const isIn = (now: Date) => day >= firstDayOf(now, windowDays);
        expect(new Date(at.getTime() - windowDays * 86_400_000) >= new Date(`${day}T00:00:00Z`)).toBe(true);
        const leaves = leavesWindowAt(day, windowDays);
        expect(isIn(new Date(leaves.getTime() - 1))).toBe(true);
        expect(isIn(leaves)).toBe(false);
      }),
    );
  });
});

describe('when more comes free', () => {
  const quota = { cap: 100, windowDays: 30 };

  it('is when enough of the oldest days have left the window', () => {
    const days = [
      { period: '2026-03-05', taken: 30 },
      { period: '2026-03-01', taken: 20 },
      { period: '2026-03-09', taken: 50 },
    ];
    expect(fitsFrom(quota, days, 20)).toEqual(leavesWindowAt('2026-03-01', 30));
    expect(fitsFrom(quota, days, 21)).toEqual(leavesWindowAt('2026-03-05', 30));
    expect(fitsFrom(quota, days, 100)).toEqual(leavesWindowAt('2026-03-09', 30));
    expect(leavesWindowAt('2026-03-01', 30)).toEqual(new Date('2026-04-01T00:00:00Z'));
  });

  it('is never where more is wanted than the whole quota', () => {
    expect(fitsFrom(quota, [], 101)).toBeNull();
  });
});

describe('a threshold', () => {
  it('is told when it is reached, and once', () => {
    const e26 = 10 ** 14;
    expect(reached(e26 - 1, e26).map(({ name }) => name)).toEqual(['10^26 operations']);
    expect(reached(0, 2 * e26)).toHaveLength(1);
    expect(reached(e26, e26 + 1)).toEqual([]);
    expect(reached(0, e26 - 1)).toEqual([]);
  });
});
