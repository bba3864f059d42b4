import { hash } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { judgeUsage } from '../../ledger/usage.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { UsageClaims } from '../../protocol/usage.ts';
import { parseUsageReport } from '../../record/grant/usage-report.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { leaseOf } from '../../store/ledger/leases.ts';
import type { UsageReportTable } from '../../store/ledger/tables.ts';
import { usageReportBySha256 } from '../../store/ledger/usage.ts';
import type { Tx, View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';
import { type CountedUsage, countUsage } from './count-usage.ts';
import { weighUsage } from './weigh-usage.ts';

export type Reported =
  | { readonly outcome: 'counted'; readonly row: UsageReportTable }
  | { readonly outcome: 'refused'; readonly reasons: readonly Reason[]; readonly leasedE12: number };

/**
 * Takes a host's signed word for what it computed in a window that was paid for, as far as its licence allows: what was not used
 * is given back, in the accounts and on the days where it was paid, in one unit of work with the leaf that tells of it. Whatever
 * refuses a report leaves all of it counted. The same report again is answered as it was.
 *
 * @throws RequestError `invalid_request` for what is no report of this host's to this verifier; `not_found` where it never drew on
 *   such a licence; `host_suspended`, `unauthenticated`, `dpop_replayed`
 */
export async function reportUsage(context: Context, host: HostPrincipal, report: string): Promise<Reported> {
  const claims = readReport(context, host, report);
  const sha256 = hash('sha256', report, 'hex');
  return context.store.write(async (tx): Promise<Reported> => {
    const at = context.clock();
    await spendProof(tx, host.proof);
    const row = await tx.first(hostRecord, { id: host.hostId });
    requireActing(row?.jkt === host.jkt ? row : undefined);
    const before = await tx.first(usageReportBySha256, { sha256 });
    if (before !== undefined) return { outcome: 'counted', row: before };
    const { hostId } = host;
    const licence = await requireDrawnOn(tx, { licenceId: claims.sub, hostId });
    const weighed = await weighUsage(tx, licence, { measured: claims, hostId, at });
    return judgeAndCount(context, tx, { licence, measured: claims, report, sha256, weighed, at });
  });
}

/** @throws RequestError `not_found` where the host never drew on such a licence */
export async function requireDrawnOn(
  view: View,
  key: { readonly licenceId: string; readonly hostId: string },
): Promise<LicenceTable> {
  const licence = await view.first(licenceById, { id: key.licenceId });
  if (licence !== undefined && (await view.first(leaseOf, key)) !== undefined) return licence;
  // Whether there is such a licence is nobody's business who never drew on it.
  throw new RequestError('not_found', 'this host never drew on such a licence');
}

/** What follows from a report, in the unit of work in which it was weighed. */
export async function judgeAndCount(
  context: Context,
  tx: Tx,
  report: Omit<CountedUsage, 'judged'>,
): Promise<Reported> {
  const judged = judgeUsage(report.weighed);
  const { reasons, leasedE12 } = judged;
  if (reasons.length > 0) return { outcome: 'refused', reasons, leasedE12 };
  return { outcome: 'counted', row: await countUsage(context, tx, { ...report, judged }) };
}

function readReport({ config }: Context, host: HostPrincipal, report: string): UsageClaims {
  try {
    const { claims, jkt } = parseUsageReport(report);
    requireSame('signature', host.jkt, jkt);
    requireSame('iss', host.hostId, claims.iss);
    requireSame('aud', new URL(config.publicUrl).origin, claims.aud);
    return claims;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const { path = 'report', message } = error;
    throw new RequestError('invalid_request', message, { cause: error, path: `body.${path}` });
  }
}

function requireSame(member: string, expected: string, actual: string): void {
  if (expected === actual) return;
  const path = `body.report.${member}`;
  throw new RequestError('invalid_request', 'not a report of this host to this verifier', {
    path,
    expected,
    actual,
  });
}
