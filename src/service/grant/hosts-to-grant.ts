import {
  GRANTED_TOGETHER,
  type HostGrantStanding,
  hostGrantStanding,
  hostsToGrant,
  hostToGrant,
} from '../../store/grants/grants.ts';
import type { Tx } from '../../store/port.ts';
import { RequestError } from '../errors.ts';
import type { HostFooting } from './claims.ts';

/** What a grant rests on besides its decision, and the one that it follows. */
export type Grantee = { readonly footing: HostFooting; readonly before: HostGrantStanding | undefined };

/** What a host had under the licence, read already in this unit of work. */
export type KnownBefore = { readonly hostId: string; readonly standing: HostGrantStanding | undefined };

export type Granting = {
  readonly licenceId: string;
  readonly hostIds: readonly string[];
  readonly known?: KnownBefore | undefined;
};

/**
 * Hosts that were just decided about, by their ids: many by one statement.
 *
 * @throws RequestError `conflict` for one without an appraisal
 */
export async function granteesOf(
  tx: Tx,
  { licenceId, hostIds, known }: Granting,
): Promise<ReadonlyMap<string, Grantee>> {
  const [hostId, ...others] = hostIds;
  if (hostId === undefined) return new Map();
  if (others.length > 0) return readTogether(tx, licenceId, hostIds);
  const footing = await tx.first(hostToGrant, { hostId });
  if (footing === undefined) throw unattested(hostId);
  // A device may be found on another host than the one that asks for it.
  const standing = known?.hostId === hostId ? known.standing : undefined;
  const before = standing ?? (await tx.first(hostGrantStanding, { hostId, licenceId }));
  return new Map([[hostId, { footing, before }]]);
}

async function readTogether(
  tx: Tx,
  licenceId: string,
  hostIds: readonly string[],
): Promise<ReadonlyMap<string, Grantee>> {
  const found = new Map<string, Grantee>();
  for (const together of GRANTED_TOGETHER.pages(hostIds)) {
    for (const row of await tx.all(hostsToGrant, { licenceId, ...GRANTED_TOGETHER.fill(together) })) {
      const { host_id: id, tenant, facility_id, jkt, session_id, evidence_digest, leaf_index } = row;
      // All three are of one row.
      if (session_id === null || evidence_digest === null || leaf_index === null) throw unattested(id);
      const footing = { tenant, facility_id, jkt, session_id, evidence_digest, leaf_index };
      found.set(id, { footing, before: row.granted === null ? undefined : row });
    }
  }
  return found;
}

export function unattested(hostId: string): RequestError {
  return new RequestError('conflict', `the host ${hostId} has not attested since it was enrolled`);
}
