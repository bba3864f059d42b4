import { dropWeighed } from '../../../store/retention/decisions.ts';
import {
  dropPayment,
  dropUsageReport,
  oldPayments,
  oldUsageReports,
} from '../../../store/retention/usage.ts';
import { aged, type ReadAged } from './candidate.ts';

/**
 * A report of usage that was counted, with what it was judged by. What it came to stands in the books; the newest of a host under a
 * licence stays, since windows begin where the last one ended.
 */
export const agedUsage: ReadAged = async (view, page) => {
  const rows = await view.all(oldUsageReports, aged(page));
  return rows.map(({ sha256, at_ms: atMs, input_sha256: input, ...row }) => ({
    at: { ms: atMs, id: sha256 },
    items: [['usage-report', sha256, row.leaf_index] as const],
    about: [row.licence_id, row.host_id, row.report, row.reported_by],
    neededBy: row.newest_ms === row.until_ms ? `host:${row.host_id}` : null,
    remove: async (tx) => {
      await tx.run(dropUsageReport, { sha256 });
      await tx.run(dropWeighed, { sha256: input, atMs });
    },
  }));
};

/** What was paid for a host, once it is too old to be reported on: a window of that time is then of no lease, and nothing is given back. */
export const agedPayments: ReadAged = async (view, page) => {
  const rows = await view.all(oldPayments, aged(page));
  return rows.map(
    ({ licence_id: licenceId, host_id: hostId, decision_id: decisionId, until_ms: untilMs }) => {
      const id = placeOf({ licenceId, hostId, decisionId });
      return {
        at: { ms: untilMs, id },
        items: [['payment', id, null] as const],
        about: [licenceId, hostId, decisionId],
        neededBy: null,
        remove: async (tx) => {
          await tx.run(dropPayment, { licenceId, hostId, decisionId });
        },
      };
    },
  );
};

type Key = { readonly licenceId: string; readonly hostId: string; readonly decisionId: string };

/** In the order of the statement, which has no key of one column. */
function placeOf({ licenceId, hostId, decisionId }: Key): string {
  return `${licenceId} ${hostId} ${decisionId}`;
}
