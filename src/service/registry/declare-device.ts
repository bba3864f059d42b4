import type { DeviceRequest } from '../../protocol/device.ts';
import type { Tx } from '../../store/port.ts';
import { changeDevice, insertDevice } from '../../store/registry/devices.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followRuling } from '../grant/follow.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { changesBetween, planDevice, type Rejection } from './plan-device.ts';

export type Declared =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly row: DeviceTable }
  | Rejection;

/** Takes one device into the register, in the caller's unit of work, as {@link planDevice} judges it. */
export async function declareDevice(
  context: Context,
  tx: Tx,
  by: Principal,
  wanted: DeviceRequest,
): Promise<Declared> {
  const at = context.clock();
  const planned = await planDevice(tx, by, wanted, { id: newIdentifier('dev', context), at });
  switch (planned.outcome) {
    case 'created':
      return create(context, tx, by, planned.row, wanted);
    case 'changed':
      return change(context, tx, by, planned.before, planned.row);
    default:
      return planned;
  }
}

async function create(
  context: Context,
  tx: Tx,
  by: Principal,
  planned: DeviceTable,
  wanted: DeviceRequest,
): Promise<Declared> {
  const { id, kind, model, serial, facility_id: facilityId, party_id: partyId } = planned;
  const at = new Date(planned.created_at_ms);
  const identity = wanted.identity ?? null;
  const body = { deviceId: id, kind, model, serial, identity, facilityId, partyId, by: by.id };
  const leafIndex = await recordAct(tx, context, { type: 'device.registered', at, tenant: by.tenant, body });
  const row = { ...planned, leaf_index: leafIndex };
  await tx.run(insertDevice, row);
  return { outcome: 'created', row };
}

async function change(
  context: Context,
  tx: Tx,
  by: Principal,
  before: DeviceTable,
  planned: DeviceTable,
): Promise<Declared> {
  const at = new Date(planned.changed_at_ms);
  const body = { deviceId: before.id, changes: changesBetween(before, planned), by: by.id };
  const leafIndex = await recordAct(tx, context, { type: 'device.changed', at, tenant: before.tenant, body });
  const row = { ...planned, leaf_index: leafIndex };
  await tx.run(changeDevice, row);
  // Granted was the device that it was declared as: its host asks anew.
  await followRuling(context, tx, { kind: 'device', id: before.id }, 'revoked', at);
  return { outcome: 'changed', row };
}
