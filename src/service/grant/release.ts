import { LedgerError } from '../../ledger/errors.ts';
import { liveGrantsOfHost } from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { releaseLease } from '../ledger/release-lease.ts';
import { REVOCATION_DELAY } from './lease.ts';

type Revoked = Pick<LicenceGrantTable, 'licence_id' | 'host_id' | 'tenant'>;
type Release = { readonly at: Date; readonly by: string; readonly reason: string };

/**
 * Ends the leases of hosts whose grants under a licence are all revoked: from the instant on at which nobody can honour one of them
 * any more, their devices are free and what was paid is given back. Books that cannot be kept do not keep a grant alive: nothing
 * is given back then.
 */
export async function releaseLeases(
  context: Context,
  tx: Tx,
  revoked: readonly Revoked[],
  { at, by, reason }: Release,
): Promise<void> {
  const leases = new Map(revoked.map((one) => [`${one.licence_id} ${one.host_id}`, one]));
  for (const { licence_id: licenceId, host_id: hostId, tenant } of leases.values()) {
    const live = await tx.all(liveGrantsOfHost, { hostId, nowMs: at.getTime() });
    if (live.some((grant) => grant.licence_id === licenceId)) continue;
    try {
      const release = { licenceId, hostId, tenant, revokedAt: at, by, reason, ...REVOCATION_DELAY };
      await releaseLease(context, tx, release);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
}
