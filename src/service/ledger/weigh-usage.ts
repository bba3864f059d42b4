import type { MeasuredUsage, UsageWeighed } from '../../protocol/usage.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { newestUsageReport, paymentsBetween } from '../../store/ledger/usage.ts';
import type { View } from '../../store/port.ts';
import { isHeld } from '../host/held.ts';
import { conditionsOf } from '../licence/conditions.ts';

export type UsageAsked = {
  readonly measured: MeasuredUsage;
  readonly hostId: string;
  /** The principal whose word it is; undefined for the host's own. */
  readonly operator?: string;
  readonly at: Date;
};

/** Reads everything that a report of usage is judged by, in the caller's unit of work. */
export async function weighUsage(
  view: View,
  licence: LicenceTable,
  { measured, hostId, operator, at }: UsageAsked,
): Promise<UsageWeighed> {
  const { metering = null, purpose = null } = conditionsOf(licence.conditions).conditions;
  const { from, until, unit, amount, source, purpose: reported } = measured;
  const window = { fromMs: Date.parse(from), untilMs: Date.parse(until) };
  const key = { licenceId: licence.id, hostId };
  const payments = await view.all(paymentsBetween, { ...key, ...window });
  return {
    v: 1,
    atMs: at.getTime(),
    ...key,
    held: await isHeld(view, hostId),
    metering,
    purpose,
    ...(operator === undefined ? {} : { operator }),
    report: { ...window, unit, amount, source, purpose: reported },
    reportedUntilMs: (await view.first(newestUsageReport, key))?.until_ms ?? null,
    payments: payments.map((row) => ({
      decisionId: row.decision_id,
      fromMs: row.from_ms,
      untilMs: row.until_ms,
      rateE12: row.rate_e12,
      peakE12: row.peak_e12,
      account: row.account,
      period: row.period,
    })),
  };
}
