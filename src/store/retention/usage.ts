import { sql } from 'kysely';
import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { Ageing } from './page.ts';

/** Reports of usage that were counted before an instant, oldest first, with the end of the newest window of the same host under the licence. */
export const oldUsageReports = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('usage_report')
    .select((row) => [
      'usage_report.sha256',
      'usage_report.licence_id',
      'usage_report.host_id',
      'usage_report.until_ms',
      'usage_report.at_ms',
      'usage_report.report',
      'usage_report.reported_by',
      'usage_report.input_sha256',
      'usage_report.leaf_index',
      row
        .selectFrom('usage_report as newest')
        .select('newest.until_ms')
        .whereRef('newest.licence_id', '=', 'usage_report.licence_id')
        .whereRef('newest.host_id', '=', 'usage_report.host_id')
        .orderBy('newest.until_ms', 'desc')
        .limit(1)
        .as('newest_ms'),
    ])
    .where('usage_report.at_ms', '<', hole('untilMs'))
    .where((row) =>
      row(
        row.refTuple('usage_report.at_ms', 'usage_report.sha256'),
        '>',
        row.tuple(hole('afterMs'), hole('afterId')),
      ),
    )
    .orderBy('usage_report.at_ms')
    .orderBy('usage_report.sha256')
    .limit(hole('limit')),
);

export const dropUsageReport = statement((db, hole: Hole<{ sha256: string }>) =>
  db.deleteFrom('usage_report').where('sha256', '=', hole('sha256')),
);

/** Payments that ended before an instant, oldest first, and of one instant by their names. */
export const oldPayments = statement((db, hole: Hole<Ageing>) =>
  db
    .selectFrom('ledger_payment')
    .select(['licence_id', 'host_id', 'decision_id', 'until_ms'])
    .where('until_ms', '<', hole('untilMs'))
    .where((row) =>
      row.or([
        row('until_ms', '>', hole('afterMs')),
        row.and([
          row('until_ms', '=', hole('afterMs')),
          row(sql<string>`licence_id || ' ' || host_id || ' ' || decision_id`, '>', hole('afterId')),
        ]),
      ]),
    )
    .orderBy('until_ms')
    .orderBy('licence_id')
    .orderBy('host_id')
    .orderBy('decision_id')
    .limit(hole('limit')),
);

export const dropPayment = statement(
  (db, hole: Hole<{ licenceId: string; hostId: string; decisionId: string }>) =>
    db
      .deleteFrom('ledger_payment')
      .where('licence_id', '=', hole('licenceId'))
      .where('host_id', '=', hole('hostId'))
      .where('decision_id', '=', hole('decisionId')),
);
