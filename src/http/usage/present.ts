import type { z } from 'zod';
import type { UsageAnswer, usageRecord } from '../../protocol/usage.ts';
import type { Context } from '../../service/context.ts';
import type { Reported } from '../../service/ledger/report-usage.ts';
import type { UsageReportTable } from '../../store/ledger/tables.ts';
import { shownInstant } from '../instants.ts';
import { receiptOf } from '../receipted.ts';

export async function presentReported(context: Context, reported: Reported): Promise<UsageAnswer> {
  if (reported.outcome === 'refused') {
    const { outcome, reasons, leasedE12 } = reported;
    return { outcome, reasons: [...reasons], leasedE12, creditedE12: 0 };
  }
  const { row } = reported;
  const sums = { leasedE12: row.leased_e12, creditedE12: row.credited_e12 };
  return { outcome: 'counted', reasons: [], ...sums, ...(await receiptOf(context, row.leaf_index)) };
}

export function presentUsageReport(row: UsageReportTable): z.infer<typeof usageRecord> {
  return {
    sha256: row.sha256,
    licenceId: row.licence_id,
    hostId: row.host_id,
    from: shownInstant(row.from_ms),
    until: shownInstant(row.until_ms),
    at: shownInstant(row.at_ms),
    report: row.report,
    reportedBy: row.reported_by,
    inputSha256: row.input_sha256,
    leasedE12: row.leased_e12,
    creditedE12: row.credited_e12,
    leafIndex: row.leaf_index,
  };
}
