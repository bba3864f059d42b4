import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeUsage, USAGE_CODES } from '../../src/ledger/index.ts';
import { type UsageWeighed, usageWeighed } from '../../src/protocol/usage.ts';

const HOUR = 3_600_000;
const RATE = 8 * 1_979;
const paid = (fromMs: number, untilMs: number, more: object = {}): UsageWeighed['payments'][number] => ({
  decisionId: `dec_${fromMs}`,
  fromMs,
  untilMs,
  rateE12: RATE,
  peakE12: 1_979,
  account: 'compute:party:pty_1:inference',
  period: '2026-03-10',
  ...more,
});
const metering = { sources: ['dcgm'], leastPercent: 10, reportWithinSeconds: 86_400 };
const report = {
  fromMs: 0,
  untilMs: HOUR,
  unit: 'operations-e12' as const,
  amount: 30_000_000,
  source: 'dcgm',
  purpose: 'Inference ',
};
const weighed: UsageWeighed = {
  v: 1,
  atMs: HOUR,
  licenceId: 'lic_1',
  hostId: 'hst_1',
  held: false,
  metering,
  purpose: 'inference',
  report,
  reportedUntilMs: null,
  payments: [paid(0, HOUR)],
};
const creditOf = (change: Partial<UsageWeighed>): number =>
  judgeUsage({ ...weighed, ...change }).credits.reduce((sum, { amount }) => sum + amount, 0);
const said = (more: Partial<UsageWeighed['report']>) => ({ report: { ...report, ...more } });
const LEASED = RATE * 3600;

describe('a report of usage', () => {
  it('gives back what was paid for its window and not used', () => {
    expect(judgeUsage(weighed)).toEqual({
      reasons: [],
      leasedE12: LEASED,
      credits: [
        {
          decisionId: 'dec_0',
          account: 'compute:party:pty_1:inference',
          period: '2026-03-10',
          amount: LEASED - 30_000_000,
        },
      ],
      used: [{ account: 'compute:party:pty_1:inference', amount: 30_000_000 }],
    });
  });

  it('in seconds of chips counts each at the peak of the fastest', () => {
    expect(creditOf(said({ unit: 'chip-seconds', amount: 20_000 }))).toBe(LEASED - 20_000 * 1_979);
  });

  it('never falls below the share that the licence counts whatever is said', () => {
    expect(creditOf(said({ amount: 0 }))).toBe(LEASED - Math.ceil(LEASED / 10));
    expect(creditOf({ ...said({ amount: 0 }), metering: { ...metering, leastPercent: 100 } })).toBe(0);
  });

  it('of more than was paid gives nothing back', () => {
    expect(judgeUsage({ ...weighed, ...said({ amount: Number.MAX_SAFE_INTEGER }) })).toMatchObject({
      reasons: [],
      credits: [],
    });
  });

  it('over several payments counts in full in each: nobody knows when in the window it was computed', () => {
    const payments = [paid(0, HOUR / 2), paid(HOUR / 2, HOUR)];
    expect(creditOf({ payments })).toBe(2 * Math.max(0, LEASED / 2 - 30_000_000));
  });

  it.each<[(typeof USAGE_CODES)[number], Partial<UsageWeighed>]>([
    ['usage.host-held', { held: true }],
    ['usage.not-metered', { metering: null }],
    ['usage.operator-not-accepted', { operator: 'prn_1' }],
    ['usage.source-not-named', said({ source: 'guess' })],
    ['usage.purpose-not-named', said({ purpose: 'training' })],
    ['usage.not-over', { atMs: HOUR - 1 }],
    ['usage.late', { atMs: HOUR + 86_400_001 }],
    ['usage.overlaps', { reportedUntilMs: 1 }],
    ['usage.outside-lease', { payments: [paid(0, HOUR / 2), paid(HOUR / 2 + 1, HOUR)] }],
  ])('is refused by %s alone, and gives nothing back', (code, change) => {
    const { reasons, credits } = judgeUsage({ ...weighed, ...change });
    expect(reasons.map((reason) => reason.code)).toEqual([code]);
    expect(credits).toEqual([]);
  });

  it('is refused by every code that there is', () => {
    expect(USAGE_CODES).toHaveLength(9);
  });

  it('is at its limits still counted', () => {
    expect(creditOf({ atMs: HOUR + 86_400_000, reportedUntilMs: 0 })).toBeGreaterThan(0);
  });

  it('by an operator counts as the host’s own where the licence accepts that', () => {
    const accepting = { operator: 'prn_1', metering: { ...metering, operators: true } };
    expect(judgeUsage({ ...weighed, ...accepting })).toEqual(judgeUsage(weighed));
    const unmetered = judgeUsage({ ...weighed, operator: 'prn_1', metering: null });
    expect(unmetered.reasons.map(({ code }) => code)).toEqual(['usage.not-metered']);
  });

  it('under a licence without a purpose is none of its', () => {
    const { reasons } = judgeUsage({ ...weighed, purpose: null });
    expect(reasons.map(({ code }) => code)).toEqual(['usage.purpose-not-named']);
  });

  it('comes to the same from what was kept', () => {
    const again = usageWeighed.parse(JSON.parse(JSON.stringify(weighed)));
    expect(judgeUsage(again)).toEqual(judgeUsage(weighed));
  });
});

describe('any history of reports', () => {
  it('gives back no more than was paid, and leaves at least what was said to be used', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: HOUR }), { minLength: 1, maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: HOUR }), { minLength: 1, maxLength: 8 });
    const amounts = fc.array(fc.nat(60_000_000), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(lengths, cuts, amounts, fc.nat(100), (spans, windows, uses, leastPercent) => {
        let end = 0;
        const payments = spans.map((length) => {
          const from = end;
          end += length;
          return paid(from, end);
        });
        let from = 0;
        let used = 0;
        const given = new Map<string, number>();
        windows.forEach((length, index) => {
          const untilMs = Math.min(end, from + length);
          if (untilMs <= from) return;
          const amount = uses[index] ?? 0;
          const { reasons, credits, leasedE12 } = judgeUsage({
            ...weighed,
            atMs: untilMs,
            metering: { ...metering, leastPercent },
            report: { ...report, fromMs: from, untilMs, amount },
            reportedUntilMs: from === 0 ? null : from,
            payments: payments.filter((one) => one.untilMs > from && one.fromMs < untilMs),
          });
          expect(reasons).toEqual([]);
          used += Math.min(amount, leasedE12);
          for (const { decisionId, amount: back } of credits) {
            given.set(decisionId, (given.get(decisionId) ?? 0) + back);
          }
          from = untilMs;
        });
        let rest = 0;
        for (const { decisionId, fromMs, untilMs } of payments) {
          const price = Math.ceil((RATE * (untilMs - fromMs)) / 1000);
          const back = given.get(decisionId) ?? 0;
          expect(back).toBeLessThanOrEqual(price);
          rest += price - back;
        }
        expect(rest).toBeGreaterThanOrEqual(used);
      }),
      { numRuns: 300 },
    );
  });
});
