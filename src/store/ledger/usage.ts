import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LedgerPaymentTable, UsageReportTable } from './tables.ts';

type LeaseKey = { licenceId: string; hostId: string };

export const insertPayment = statement((db, hole: Hole<LedgerPaymentTable>) =>
  db.insertInto('ledger_payment').values({
    licence_id: hole('licence_id'),
    host_id: hole('host_id'),
    decision_id: hole('decision_id'),
    from_ms: hole('from_ms'),
    until_ms: hole('until_ms'),
    rate_e12: hole('rate_e12'),
    peak_e12: hole('peak_e12'),
    account: hole('account'),
    period: hole('period'),
  }),
);

/** What was given back for the time after an instant is paid no more. */
export const endPayments = statement((db, hole: Hole<LeaseKey & { endMs: number }>) =>
  db
    .updateTable('ledger_payment')
    .set({ until_ms: hole('endMs') })
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId'))
    .where('until_ms', '>', hole('endMs')),
);

/** Payments that a window touches, the oldest first. */
export const paymentsBetween = statement((db, hole: Hole<LeaseKey & { fromMs: number; untilMs: number }>) =>
  db
    .selectFrom('ledger_payment')
    .selectAll()
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId'))
    .where('until_ms', '>', hole('fromMs'))
    .where('from_ms', '<', hole('untilMs'))
    .orderBy('from_ms')
    .orderBy('decision_id'),
);

export const insertUsageReport = statement((db, hole: Hole<UsageReportTable>) =>
  db.insertInto('usage_report').values({
    sha256: hole('sha256'),
    licence_id: hole('licence_id'),
    host_id: hole('host_id'),
    from_ms: hole('from_ms'),
    until_ms: hole('until_ms'),
    at_ms: hole('at_ms'),
    report: hole('report'),
    reported_by: hole('reported_by'),
    input_sha256: hole('input_sha256'),
    leased_e12: hole('leased_e12'),
    credited_e12: hole('credited_e12'),
    leaf_index: hole('leaf_index'),
  }),
);

export const usageReportBySha256 = statement((db, hole: Hole<{ sha256: string }>) =>
  db.selectFrom('usage_report').selectAll().where('sha256', '=', hole('sha256')),
);

/** Where the last window of a host under a licence ended. */
export const newestUsageReport = statement((db, hole: Hole<LeaseKey>) =>
  db
    .selectFrom('usage_report')
    .select('until_ms')
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId'))
    .orderBy('until_ms', 'desc')
    .limit(1),
);

export const usageReportsOfLicence = statement(
  (db, hole: Hole<{ licenceId: string; after: number; limit: number }>) =>
    db
      .selectFrom('usage_report')
      .selectAll()
      .where('licence_id', '=', hole('licenceId'))
      .where('leaf_index', '>', hole('after'))
      .orderBy('leaf_index')
      .limit(hole('limit')),
);
