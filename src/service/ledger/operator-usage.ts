import { hash } from 'node:crypto';
import { canonicalJson } from '../../bytes/canonical-json.ts';
import type { OperatorUsage } from '../../protocol/usage.ts';
import { usageReportBySha256 } from '../../store/ledger/usage.ts';
import type { Context } from '../context.ts';
import { requireVisibleHost } from '../host/hosts.ts';
import type { Principal } from '../principal.ts';
import { judgeAndCount, type Reported, requireDrawnOn } from './report-usage.ts';
import { weighUsage } from './weigh-usage.ts';

/**
 * Takes an operator's word for what a host of its tenant computed, as `reportUsage` takes the host's own, where the licence accepts that
 * (`metering.operators`). What is kept is what was said and by whom, in canonical JSON: nothing signs it but the request's own proof of
 * possession, which is spent. The same again, by the same principal, is answered as it was.
 *
 * @throws RequestError `not_found` for another tenant's host, and where it never drew on such a licence
 */
export async function reportUsageOfHost(
  context: Context,
  by: Principal,
  hostId: string,
  { licenceId, ...measured }: OperatorUsage,
): Promise<Reported> {
  const report = canonicalJson({ v: 1, reportedBy: by.id, hostId, licenceId, ...measured });
  const sha256 = hash('sha256', report, 'hex');
  return context.store.write(async (tx): Promise<Reported> => {
    const at = context.clock();
    await requireVisibleHost(tx, by, hostId);
    const before = await tx.first(usageReportBySha256, { sha256 });
    if (before !== undefined) return { outcome: 'counted', row: before };
    const licence = await requireDrawnOn(tx, { licenceId, hostId });
    const weighed = await weighUsage(tx, licence, { measured, hostId, operator: by.id, at });
    return judgeAndCount(context, tx, { licence, measured, report, sha256, weighed, at });
  });
}
