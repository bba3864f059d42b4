import { hostRecord, reinstateHost, suspendHost } from '../../store/attestation/hosts.ts';
import type { HostStateTable, HostTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { type LinkedDevice, linkedDevices } from '../enrolment/link-devices.ts';
import { RequestError } from '../errors.ts';
import { followRuling } from '../grant/follow.ts';
import type { HostPrincipal, Principal } from '../principal.ts';
import { summariseHost } from './summary.ts';

/** A host with all that is known of it, its keys among them. */
export type HostRecord = HostTable & HostStateTable;

export type HostWithDevices = { readonly host: HostRecord; readonly devices: readonly LinkedDevice[] };

/** @throws RequestError `not_found`, also for another tenant's */
export async function getHost(context: Context, principal: Principal, id: string): Promise<HostWithDevices> {
  return readHost(context, id, visibleTenant(principal));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found`, also for another tenant's */
export async function requireVisibleHost(view: View, by: Principal, id: string): Promise<HostRecord> {
  const host = await view.first(hostRecord, { id });
  const tenant = visibleTenant(by);
  if (host !== undefined && (tenant === null || host.tenant === tenant)) return host;
  throw new RequestError('not_found', 'there is no such host');
}

/** A host's own record, for its agent. @throws RequestError `not_found` */
export async function getOwnHost(
  context: Context,
  { hostId, tenant }: HostPrincipal,
): Promise<HostWithDevices> {
  return readHost(context, hostId, tenant);
}

async function readHost({ store }: Context, id: string, tenant: string | null): Promise<HostWithDevices> {
  return store.read(async (view) => {
    const host = await view.first(hostRecord, { id });
    if (host === undefined || (tenant !== null && host.tenant !== tenant)) {
      throw new RequestError('not_found', 'there is no such host');
    }
    return { host, devices: await linkedDevices(view, host) };
  });
}

/**
 * Takes a host out of use until somebody reinstates it: it gets no session, its evidence no hearing, and no decision
 * rests on it. Doing it again changes nothing.
 * @throws RequestError `not_found`
 */
export async function suspend(
  context: Context,
  by: Principal,
  hostId: string,
  reason: string,
): Promise<HostWithDevices> {
  return changeStanding(context, by, hostId, { type: 'host.suspended', reason });
}

/** @throws RequestError `not_found` */
export async function reinstate(
  context: Context,
  by: Principal,
  hostId: string,
  reason: string,
): Promise<HostWithDevices> {
  return changeStanding(context, by, hostId, { type: 'host.reinstated', reason });
}

async function changeStanding(
  context: Context,
  by: Principal,
  hostId: string,
  { type, reason }: { readonly type: 'host.suspended' | 'host.reinstated'; readonly reason: string },
): Promise<HostWithDevices> {
  const at = context.clock();
  const visible = visibleTenant(by);
  await context.store.write(async (tx) => {
    const host = await tx.first(hostRecord, { id: hostId });
    if (host === undefined || (visible !== null && host.tenant !== visible)) {
      throw new RequestError('not_found', 'there is no such host');
    }
    const changed =
      type === 'host.suspended'
        ? await tx.run(suspendHost, { id: hostId, nowMs: at.getTime(), reason })
        : await tx.run(reinstateHost, { id: hostId });
    if (changed === 0) return changed;
    await summariseHost(context, tx, hostId);
    await recordAct(tx, context, { type, at, tenant: host.tenant, body: { hostId, by: by.id, reason } });
    const grants = type === 'host.suspended' ? 'suspended' : 'reinstated';
    await followRuling(context, tx, { kind: 'host', id: hostId }, grants, at);
    return changed;
  });
  return getHost(context, by, hostId);
}
