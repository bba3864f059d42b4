import { foldedPurpose } from '../protocol/purpose.ts';
import type { Reason } from '../protocol/reason.ts';
import type { UsageWeighed } from '../protocol/usage.ts';
import { backOverTime, sumOf } from './units.ts';
import { type UsageCode, usageReason } from './usage-reasons.ts';

type Payment = UsageWeighed['payments'][number];

/** What may be given back of one payment. */
export type UsageCredit = Pick<Payment, 'decisionId' | 'account' | 'period'> & { readonly amount: number };

export type UsageJudged = {
  readonly reasons: readonly Reason[];
  /** What was paid for the window, rounded down: 10^12 operations. */
  readonly leasedE12: number;
  /** Empty where anything refuses the report. */
  readonly credits: readonly UsageCredit[];
  /** What counts as reported, by who paid besides the licence; empty where anything refuses it. */
  readonly used: readonly { readonly account: string | null; readonly amount: number }[];
};

/**
 * Does this report count, and what does it give back?
 *
 * Never more than was paid for the very window, and never for a moment twice: windows of a host follow each other, lie inside
 * what was paid, and are over. What is reported counts in full in each payment that the window touches, for nobody knows when
 * in the window it was computed; the licence's least share counts whatever is reported.
 *
 * What remains unproven: that the host, or its operator, says the truth. Nobody meters it.
 *
 * @throws LedgerError `ledger_overflow`
 */
export function judgeUsage(weighed: UsageWeighed): UsageJudged {
  const { report, payments } = weighed;
  const reasons = refusalsOf(weighed);
  const parts = payments.map((payment) => {
    const from = Math.max(payment.fromMs, report.fromMs);
    const until = Math.min(payment.untilMs, report.untilMs);
    return { payment, leased: backOverTime(payment.rateE12, Math.max(0, until - from)) };
  });
  const leasedE12 = sumOf(parts.map(({ leased }) => leased));
  if (reasons.length > 0) return { reasons, leasedE12, credits: [], used: [] };
  const judged = parts.map(({ payment, leased }) => {
    return { payment, leased, used: usedOf(weighed, payment, leased) };
  });
  const credits = judged.flatMap(({ payment: { decisionId, account, period }, leased, used }) =>
    leased > used ? [{ decisionId, account, period, amount: leased - used }] : [],
  );
  const used = judged.map(({ payment: { account }, used: amount }) => ({ account, amount }));
  return { reasons, leasedE12, credits, used };
}

/** What counts as used of what was paid: what is said, the licence's least share, or all of it. */
function usedOf({ report, metering }: UsageWeighed, { peakE12 }: Payment, leased: number): number {
  const all = BigInt(leased);
  const said = BigInt(report.amount) * (report.unit === 'chip-seconds' ? BigInt(peakE12) : 1n);
  const least = (all * BigInt(metering?.leastPercent ?? 100) + 99n) / 100n;
  const used = said > least ? said : least;
  return Number(used < all ? used : all);
}

function refusalsOf(weighed: UsageWeighed): readonly Reason[] {
  const { report, metering, purpose, reportedUntilMs, atMs } = weighed;
  const found: [code: UsageCode, refused: boolean][] = [
    ['usage.host-held', weighed.held],
    ['usage.not-metered', metering === null],
    [
      'usage.operator-not-accepted',
      weighed.operator !== undefined && metering !== null && metering.operators !== true,
    ],
    ['usage.source-not-named', metering !== null && !metering.sources.includes(report.source)],
    ['usage.purpose-not-named', purpose === null || foldedPurpose(purpose) !== foldedPurpose(report.purpose)],
    ['usage.not-over', report.untilMs > atMs],
    ['usage.late', metering !== null && atMs > report.untilMs + metering.reportWithinSeconds * 1000],
    ['usage.overlaps', reportedUntilMs !== null && report.fromMs < reportedUntilMs],
    ['usage.outside-lease', !isCovered(weighed)],
  ];
  const subject = `licence:${weighed.licenceId}`;
  return found.flatMap(([code, refused]) => (refused ? [usageReason(code, subject)] : []));
}

/** Whether every moment of the window was paid for. */
function isCovered({ report, payments }: UsageWeighed): boolean {
  let paidUntil = report.fromMs;
  for (const { fromMs, untilMs } of [...payments].sort((one, other) => one.fromMs - other.fromMs)) {
    if (fromMs <= paidUntil) paidUntil = Math.max(paidUntil, untilMs);
  }
  return paidUntil >= report.untilMs;
}
