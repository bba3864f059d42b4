import { hash } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import { GRANT_TYP } from '../../protocol/grant.ts';
import {
  type HostGrantStanding,
  insertGrant,
  noteGrantedDevice,
  noteHostGrant,
  renewHostGrant,
} from '../../store/grants/grants.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { tell } from '../events/tell.ts';
import { newIdentifier } from '../identifier.ts';
import { claimsFor, type GrantBasis } from './claims.ts';
import type { HostToGrant } from './hosts.ts';
import { type Grantee, granteesOf, unattested } from './hosts-to-grant.ts';
import { signJwt } from './sign.ts';
import { type StatusPlace, takeStatusPlaces } from './status-place.ts';

export type Issuing = GrantBasis & {
  readonly hosts: readonly HostToGrant[];
  /** Total processing performance by host, as the ledger counted it. */
  readonly tpp: ReadonlyMap<string, number>;
  /** What the one host had under the licence, where whoever asks for it has read that in this unit of work. */
  readonly before?: HostGrantStanding | undefined;
};

/**
 * Issues one grant for each host of an allowed use, in the unit of work of the decision: signed, kept and logged with it, or not at all.
 *
 * @throws RequestError `conflict` where what the use rests on ends within the second: nothing was decided then
 */
export async function issueGrants(context: Context, tx: Tx, issuing: Issuing): Promise<LicenceGrantTable[]> {
  const { licence, hosts, at, before: known } = issuing;
  const hostIds = hosts.map(({ hostId }) => hostId);
  const grantees = await granteesOf(tx, { licenceId: licence.id, hostIds, known });
  for (const { hostId, until } of hosts) requireLasting(until, at, hostId);
  const places = await takeStatusPlaces(context, tx, at, hosts.length);
  const grants: LicenceGrantTable[] = [];
  for (const [index, host] of hosts.entries()) {
    const [grantee, place] = [grantees.get(host.hostId), places[index]];
    if (grantee === undefined || place === undefined) throw unattested(host.hostId);
    grants.push(await issueOne(context, tx, issuing, { host, grantee, place }));
  }
  return grants;
}

type ToIssue = { readonly host: HostToGrant; readonly grantee: Grantee; readonly place: StatusPlace };

async function issueOne(
  context: Context,
  tx: Tx,
  issuing: Issuing,
  { host, grantee: { footing, before }, place }: ToIssue,
): Promise<LicenceGrantTable> {
  const { licence, decision, at } = issuing;
  const { hostId, until } = host;
  const id = newIdentifier('grt', context);
  const tpp = issuing.tpp.get(hostId) ?? null;
  const claims = claimsFor(context, issuing, { id, host, footing, place, tpp });
  const token = signJwt(context.keys.grant.signing(at), GRANT_TYP, claims);
  const body = {
    grantId: id,
    decisionId: decision.id,
    licenceId: licence.id,
    hostId,
    expiresAt: formatInstant(until),
    status: { list: place.list, position: place.position },
    grantSha256: hash('sha256', token, 'hex'),
  };
  const row: LicenceGrantTable = {
    id,
    licence_id: licence.id,
    tenant: licence.tenant,
    host_id: hostId,
    host_tenant: footing.tenant,
    facility_id: footing.facility_id,
    decision_id: decision.id,
    ...place,
    issued_at_ms: at.getTime(),
    expires_at_ms: until.getTime(),
    devices: JSON.stringify(host.devices.map((device) => device.id)),
    status: 'valid',
    token,
    leaf_index: await recordAct(tx, context, { type: 'grant.issued', at, tenant: licence.tenant, body }),
  };
  await tx.run(insertGrant, row);
  await follow(context, tx, issuing, { row, before });
  return row;
}

function requireLasting(until: Date, at: Date, hostId: string): void {
  if (Math.floor(at.getTime() / 1000) * 1000 < until.getTime()) return;
  throw new RequestError('conflict', 'what the use of this host rests on ends within the second', {
    path: `host:${hostId}`,
    expected: `after ${formatInstant(at)}`,
    actual: formatInstant(until),
  });
}

/** Notes the newest grant of the host, and where its devices are; a renewal that changes neither is no news. */
async function follow(
  context: Context,
  tx: Tx,
  { licence, gathered, at }: Issuing,
  { row, before }: { readonly row: LicenceGrantTable; readonly before: Grantee['before'] },
): Promise<void> {
  const { host_id: hostId, licence_id: licenceId, devices } = row;
  const isRenewal = before?.status === 'valid' && (before.expires_at_ms ?? 0) > at.getTime();
  const ids = JSON.parse(devices) as string[]; // what `issueOne` wrote
  if (before?.devices !== devices) {
    for (const id of ids) await tx.run(noteGrantedDevice, { device_id: id, host_id: hostId });
  }
  const granted = {
    host_id: hostId,
    licence_id: licenceId,
    grant_id: row.id,
    expires_at_ms: row.expires_at_ms,
    end_user: gathered.licence.conditions.endUser ?? null,
    facility_id: row.facility_id,
    devices: ids.length,
  };
  const renewed = before === undefined ? 0 : await tx.run(renewHostGrant, granted);
  if (renewed === 0) await tx.run(noteHostGrant, granted);
  if (isRenewal) return;
  const { tenant } = licence;
  const body = {
    licenceId,
    hostId,
    expiresAt: formatInstant(new Date(row.expires_at_ms)),
    leafIndex: row.leaf_index,
  };
  await tell(context, tx, { type: 'grant.issued', tenant, at, subject: `grant:${row.id}`, body });
}
