import type { DeviceRequest, ImportRow } from '../../protocol/device.ts';
import { DUE_AFTER_DAYS } from '../../protocol/due-after.ts';
import type { Tx } from '../../store/port.ts';
import {
  changeDevice,
  deviceByNaturalKey,
  deviceOfTenantByIdentity,
  insertDevice,
} from '../../store/registry/devices.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { followRuling } from '../grant/follow.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { deviceStanding } from './device-standing.ts';

/** Why a declaration is not taken, and what its exporter can do about it. */
export type Rejection = {
  readonly outcome: 'rejected';
  readonly code: NonNullable<ImportRow['code']>;
  readonly field: string;
  readonly message: string;
};

export type Declared =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly row: DeviceTable }
  | Rejection;

/**
 * Takes one device into the register, in the caller's unit of work. The same declaration twice changes nothing; one that
 * says more, or something else, of a device that is there changes it; what a declaration leaves out stays as it is.
 *
 * A hardware identity, once declared, is never exchanged: another key is another chip.
 */
export async function declareDevice(
  context: Context,
  tx: Tx,
  by: Principal,
  wanted: DeviceRequest,
): Promise<Declared> {
  const known = await findDeclared(tx, by.tenant, wanted);
  const rejection =
    judgeKnown(known, wanted) ??
    judgeOwed(known, wanted, context.clock()) ??
    (await judgeReferences(tx, by, known, wanted));
  if (rejection !== null) return rejection;
  return known === undefined ? create(context, tx, by, wanted) : change(context, tx, by, known, wanted);
}

/** What tells a tenant's devices of one kind apart. */
export function naturalKeyOf({ serial, identity }: Pick<DeviceRequest, 'serial' | 'identity'>): string {
  return serial === undefined
    ? `${identity?.type ?? 'tpm-ek'}:${identity?.sha256 ?? ''}`
    : `serial:${serial}`;
}

async function findDeclared(tx: Tx, tenant: string, wanted: DeviceRequest): Promise<DeviceTable | undefined> {
  const { kind, identity } = wanted;
  const found = await tx.first(deviceByNaturalKey, { tenant, kind, naturalKey: naturalKeyOf(wanted) });
  if (found !== undefined || identity === undefined) return found;
  // Declared before without its serial number, or with another one.
  return tx.first(deviceOfTenantByIdentity, { tenant, sha256: identity.sha256 });
}

function judgeKnown(known: DeviceTable | undefined, { serial, identity }: DeviceRequest): Rejection | null {
  if (known === undefined) return null;
  if (known.lifecycle === 'retired') {
    return reject(
      'device_retired',
      'serial',
      `${known.id} is retired, and a retired device does not come back`,
    );
  }
  if (known.lifecycle === 'transferred') {
    return reject('device_transferred', 'serial', `${known.id} was transferred: its new holder declares it`);
  }
  if (serial !== undefined && known.serial !== null && known.serial !== serial) {
    const message = `${known.id} has this identity and the serial number ${known.serial}: retire it if that was wrong`;
    return reject('identity_differs', 'serial', message);
  }
  if (identity === undefined || known.identity_sha256 === null) return null;
  if (known.identity_sha256 === identity.sha256) return null;
  const message = `${known.id} has another identity, and another key is another chip: retire it if that was wrong`;
  return reject('identity_differs', 'identity', message);
}

/** Whoever owes a proof of a device does not hand it to another party meanwhile: it would leave the deliveries that it counts in. */
function judgeOwed(known: DeviceTable | undefined, { partyId }: DeviceRequest, at: Date): Rejection | null {
  if (known === undefined || partyId === undefined || partyId === known.party_id) return null;
  const { state } = deviceStanding(known, null, at);
  if (state !== 'shipped' && state !== 'due' && state !== 'missing') return null;
  const message = `${known.id} is ${state}: a proof of it comes before another party`;
  return known.party_id === null ? null : reject('proof_owed', 'partyId', message);
}

async function judgeReferences(
  tx: Tx,
  by: Principal,
  known: DeviceTable | undefined,
  { facilityId, partyId, identity }: DeviceRequest,
): Promise<Rejection | null> {
  if (facilityId !== undefined && facilityId !== known?.facility_id) {
    const facility = await tx.first(facilityById, { id: facilityId });
    const usable = facility?.tenant === by.tenant && ['proposed', 'authorised'].includes(facility.state);
    if (!usable) {
      const message = `${facilityId} is no facility that you proposed and that may be used: propose it first`;
      return reject('facility_unknown', 'facilityId', message);
    }
  }
  if (partyId !== undefined && partyId !== known?.party_id) {
    const party = await tx.first(partyById, { id: partyId });
    if (party?.tenant !== by.tenant) {
      return reject('party_unknown', 'partyId', `${partyId} is no party of yours: register it first`);
    }
  }
  if (identity === undefined || known?.identity_sha256 === identity.sha256) return null;
  const holder = await tx.first(deviceOfTenantByIdentity, { tenant: by.tenant, sha256: identity.sha256 });
  if (holder === undefined || holder.id === known?.id) return null;
  return reject(
    'identity_differs',
    'identity',
    `${holder.id} has this identity already: one key is one chip`,
  );
}

function reject(code: Rejection['code'], field: string, message: string): Rejection {
  return { outcome: 'rejected', code, field, message };
}

async function create(context: Context, tx: Tx, by: Principal, wanted: DeviceRequest): Promise<Declared> {
  const at = context.clock();
  const { kind, model = null, serial = null, facilityId = null, partyId = null, identity = null } = wanted;
  const id = newIdentifier('dev', context);
  const body = { deviceId: id, kind, model, serial, identity, facilityId, partyId, by: by.id };
  const row: DeviceTable = {
    id,
    tenant: by.tenant,
    kind,
    model,
    serial,
    natural_key: naturalKeyOf(wanted),
    facility_id: facilityId,
    party_id: partyId,
    identity_type: identity?.type ?? null,
    identity_sha256: identity?.sha256 ?? null,
    lifecycle: 'in-service',
    shipped_at_ms: null,
    due_after_days: DUE_AFTER_DAYS,
    verified_at_ms: null,
    maintenance_from_ms: null,
    maintenance_until_ms: null,
    noted_state: 'declared',
    look_at_ms: at.getTime(),
    created_by: by.id,
    created_at_ms: at.getTime(),
    changed_at_ms: at.getTime(),
    leaf_index: await recordAct(tx, context, { type: 'device.registered', at, tenant: by.tenant, body }),
  };
  await tx.run(insertDevice, row);
  return { outcome: 'created', row };
}

async function change(
  context: Context,
  tx: Tx,
  by: Principal,
  known: DeviceTable,
  wanted: DeviceRequest,
): Promise<Declared> {
  const serial = wanted.serial ?? known.serial;
  const next: DeviceTable = {
    ...known,
    model: wanted.model ?? known.model,
    serial,
    natural_key: serial === null ? known.natural_key : `serial:${serial}`,
    facility_id: wanted.facilityId ?? known.facility_id,
    party_id: wanted.partyId ?? known.party_id,
    identity_type: wanted.identity?.type ?? known.identity_type,
    identity_sha256: wanted.identity?.sha256 ?? known.identity_sha256,
  };
  const changes = changesBetween(known, next);
  if (Object.keys(changes).length === 0) return { outcome: 'unchanged', row: known };
  const at = context.clock();
  const body = { deviceId: known.id, changes, by: by.id };
  const row: DeviceTable = {
    ...next,
    changed_at_ms: at.getTime(),
    leaf_index: await recordAct(tx, context, { type: 'device.changed', at, tenant: known.tenant, body }),
  };
  await tx.run(changeDevice, row);
  // Granted was the device that it was declared as: its host asks anew.
  await followRuling(context, tx, { kind: 'device', id: known.id }, 'revoked', at);
  return { outcome: 'changed', row };
}

const CHANGEABLE = {
  model: 'model',
  serial: 'serial',
  facilityId: 'facility_id',
  partyId: 'party_id',
  identitySha256: 'identity_sha256',
} as const;

type Change = { readonly from: string | null; readonly to: string | null };

function changesBetween(before: DeviceTable, after: DeviceTable): { [name: string]: Change } {
  const changes: { [name: string]: Change } = {};
  for (const [name, column] of Object.entries(CHANGEABLE)) {
    if (before[column] !== after[column]) changes[name] = { from: before[column], to: after[column] };
  }
  return changes;
}
