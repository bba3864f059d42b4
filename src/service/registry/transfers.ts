import { openLatchesOn } from '../../store/attestation/latches.ts';
import { hostOfDevice } from '../../store/attestation/register.ts';
import type { Tx } from '../../store/port.ts';
import {
  changeDevice,
  deviceById,
  deviceByNaturalKey,
  deviceOfTenantByIdentity,
  insertDevice,
} from '../../store/registry/devices.ts';
import type { DeviceTransferTable } from '../../store/registry/entity-tables.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import {
  decideTransfer,
  insertTransfer,
  openTransferOf,
  transferById,
  transfersAfter,
  transfersOfTenantAfter,
} from '../../store/registry/transfers.ts';
import { visibleTenant } from '../access/visibility.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { chipNameOf } from '../host/declared-chip.ts';
import { isHeld } from '../host/held.ts';
import { newIdentifier } from '../identifier.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';
import { requireAllowed, writeMove } from './move-device.ts';

/**
 * Offers a device to another exporter. Nothing changes until that one accepts: both sides' consent is on record.
 * @throws RequestError `not_found`; `conflict` from a state in which a device stays where it is, under a hold, or while another offer
 *   is open; `invalid_request`
 */
export async function offerTransfer(
  context: Context,
  by: Principal,
  deviceId: string,
  { toTenant, reason }: { readonly toTenant: string; readonly reason: string },
): Promise<DeviceTransferTable> {
  return context.store.write(async (tx) => {
    const device = await tx.first(deviceById, { id: deviceId });
    if (device?.tenant !== by.tenant) throw new RequestError('not_found', 'no such device');
    if (toTenant === by.tenant) {
      throw new RequestError('invalid_request', 'the device is yours already', { path: 'body.toTenant' });
    }
    if ((await tx.first(openTransferOf, { deviceId })) !== undefined) {
      throw new RequestError('conflict', 'the device is offered already: withdraw that offer first');
    }
    const at = context.clock();
    await requireFree(tx, device);
    await requireAllowed(context, tx, by, device, 'transfer', { at });
    const id = newIdentifier('trf', context);
    const body = {
      transferId: id,
      deviceId,
      fromTenant: by.tenant,
      toTenant,
      state: 'offered',
      reason,
      by: by.id,
    };
    const row: DeviceTransferTable = {
      id,
      device_id: deviceId,
      from_tenant: by.tenant,
      to_tenant: toTenant,
      state: 'offered',
      reason,
      offered_by: by.id,
      offered_at_ms: at.getTime(),
      decided_by: null,
      decided_at_ms: null,
      decided_reason: null,
      new_device_id: null,
      leaf_index: await recordAct(tx, context, {
        type: 'device.transfer-offered',
        at,
        tenant: by.tenant,
        body,
      }),
    };
    await tx.run(insertTransfer, row);
    return row;
  });
}

/** What is held for review stays with whom it was found, and so does what a held or suspended host carries. @throws RequestError `conflict` */
async function requireFree(tx: Tx, { id, kind, identity_sha256: identity }: DeviceTable): Promise<void> {
  const chip = chipNameOf(kind, identity);
  for (const subjectId of chip === null ? [id] : [id, chip]) {
    const held = await tx.all(openLatchesOn, { subjectKind: 'device', subjectId });
    if (held.length > 0) throw new RequestError('conflict', 'the device is held for review, and stays');
  }
  const holder = await tx.first(hostOfDevice, { deviceId: id });
  if (holder === undefined || !(await isHeld(tx, holder.host_id))) return;
  throw new RequestError(
    'conflict',
    'the host that holds the device is held for review or suspended: it stays',
  );
}

export type TransferRuling = 'accepted' | 'refused' | 'withdrawn';

const ACTS: { readonly [R in TransferRuling]: ActType } = {
  accepted: 'device.transferred',
  refused: 'device.transfer-refused',
  withdrawn: 'device.transfer-withdrawn',
};

/**
 * Accepts or refuses an offer, or withdraws one's own. A device that is accepted ends at its old tenant, `transferred`, and is from then
 * on a device of the new one: without a place, for its new holder says where it stands, and with every deadline that it had.
 *
 * @throws RequestError `not_found`, also for what is the other side's to do; `conflict`
 */
export async function ruleOnTransfer(
  context: Context,
  by: Principal,
  id: string,
  ruling: TransferRuling,
  reason: string,
): Promise<DeviceTransferTable> {
  return context.store.write(async (tx) => {
    const row = await tx.first(transferById, { id });
    const side = ruling === 'withdrawn' ? row?.from_tenant : row?.to_tenant;
    if (row === undefined || side !== by.tenant) throw new RequestError('not_found', 'no such offer');
    if (row.state !== 'offered') {
      throw new RequestError('conflict', `the offer is ${row.state}`, { path: 'transfer.state' });
    }
    const at = context.clock();
    const { device_id: deviceId, from_tenant: fromTenant, to_tenant: toTenant } = row;
    const said = { transferId: id, fromTenant, toTenant, state: ruling, reason, by: by.id };
    const moved = ruling === 'accepted' ? await handOver(context, tx, row, said, at) : null;
    const leafIndex =
      moved?.leafIndex ??
      (await recordAct(tx, context, {
        type: ACTS[ruling],
        at,
        tenant: fromTenant,
        body: { deviceId, ...said },
      }));
    const changed = {
      id,
      state: ruling,
      decided_by: by.id,
      decided_at_ms: at.getTime(),
      decided_reason: reason,
      new_device_id: moved?.newDeviceId ?? null,
      leaf_index: leafIndex,
    };
    await tx.run(decideTransfer, changed);
    return { ...row, ...changed };
  });
}

type Said = { readonly [member: string]: string };

async function handOver(
  context: Context,
  tx: Tx,
  { device_id: deviceId, to_tenant: tenant }: DeviceTransferTable,
  said: Said,
  at: Date,
): Promise<{ readonly newDeviceId: string; readonly leafIndex: number }> {
  const device = await tx.first(deviceById, { id: deviceId });
  if (device === undefined) throw new RequestError('not_found', 'no such device');
  await requireFree(tx, device);
  // The offer was made by an exporter: what it may do with the device now, as it stands now.
  const { from, record } = await requireAllowed(context, tx, { role: 'exporter' }, device, 'transfer', {
    at,
  });
  await requireUnknown(tx, tenant, device);
  const newDeviceId = newIdentifier('dev', context);
  const gone = await writeMove(context, tx, device, record, {
    type: 'device.transferred',
    at,
    body: { from, newDeviceId, ...said },
  });
  const { kind, model, serial, identity_sha256: identity } = device;
  const body = { deviceId: newDeviceId, kind, model, serial, identity, transferId: said['transferId'] ?? '' };
  await tx.run(insertDevice, {
    ...device,
    id: newDeviceId,
    tenant,
    facility_id: null,
    party_id: null,
    verified_at_ms: gone.verified_at_ms,
    look_at_ms: at.getTime(),
    created_by: said['by'] ?? '',
    changed_at_ms: at.getTime(),
    leaf_index: await recordAct(tx, context, { type: 'device.registered', at, tenant, body }),
  });
  return { newDeviceId, leafIndex: gone.leaf_index };
}

/** @throws RequestError `conflict` for a device that the new holder has declared already */
async function requireUnknown(tx: Tx, tenant: string, device: DeviceTable): Promise<void> {
  const { kind, natural_key: naturalKey, identity_sha256: sha256 } = device;
  const named = await tx.first(deviceByNaturalKey, { tenant, kind, naturalKey });
  const alike = sha256 === null ? undefined : await tx.first(deviceOfTenantByIdentity, { tenant, sha256 });
  const known = [named, alike].find((row) => row !== undefined && row.lifecycle !== 'transferred');
  // A device that comes back is another row than the one that left.
  if (named !== undefined && known === undefined) {
    await tx.run(changeDevice, { ...named, natural_key: `transferred:${named.id}` });
  }
  if (known === undefined) return;
  throw new RequestError('conflict', `you have declared this device yourself, as ${known.id}`, {
    path: 'device',
    actual: known.id,
  });
}

/** Offers of and to a tenant; the authority and its auditors see everybody's. */
export async function listTransfers(
  context: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<DeviceTransferTable>> {
  const tenant = visibleTenant(by);
  return pageFrom(page, (range) =>
    context.store.read((view) =>
      tenant === null
        ? view.all(transfersAfter, range)
        : view.all(transfersOfTenantAfter, { ...range, tenant }),
    ),
  );
}
