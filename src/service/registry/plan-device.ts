import type { DeviceRequest, ImportRow } from '../../protocol/device.ts';
import { DUE_AFTER_DAYS } from '../../protocol/due-after.ts';
import { deviceByNaturalKey, deviceOfTenantByIdentity } from '../../store/registry/devices.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import type { Principal } from '../principal.ts';
import { deviceStanding } from './device-standing.ts';
import type { Finder } from './drafts.ts';

/** Why a declaration is not taken, and what its exporter can do about it. */
export type Rejection = {
  readonly outcome: 'rejected';
  readonly code: NonNullable<ImportRow['code']>;
  readonly field: string;
  readonly message: string;
};

/** What a declaration makes of the register: the row as it is to stand there, without the leaf of its act. */
export type Planned =
  | { readonly outcome: 'created'; readonly row: DeviceTable }
  | { readonly outcome: 'changed'; readonly row: DeviceTable; readonly before: DeviceTable }
  | { readonly outcome: 'unchanged'; readonly row: DeviceTable }
  | Rejection;

/**
 * Judges one declaration and writes nothing. The same declaration twice changes nothing; one that says more, or something else, of a device
 * that is there changes it; what a declaration leaves out stays as it is.
 *
 * A hardware identity, once declared, is never exchanged: another key is another chip.
 *
 * @param id of the device, where it is new
 */
export async function planDevice(
  finder: Finder,
  by: Principal,
  wanted: DeviceRequest,
  { id, at }: { readonly id: string; readonly at: Date },
): Promise<Planned> {
  const known = await findDeclared(finder, by.tenant, wanted);
  const rejection =
    judgeKnown(known, wanted) ??
    judgeOwed(known, wanted, at) ??
    (await judgeReferences(finder, by, known, wanted));
  if (rejection !== null) return rejection;
  if (known === undefined) return { outcome: 'created', row: created(by, wanted, id, at) };
  const row = changed(known, wanted, at);
  const isSame = Object.keys(changesBetween(known, row)).length === 0;
  return isSame ? { outcome: 'unchanged', row: known } : { outcome: 'changed', row, before: known };
}

/** What tells a tenant's devices of one kind apart. */
export function naturalKeyOf({ serial, identity }: Pick<DeviceRequest, 'serial' | 'identity'>): string {
  return serial === undefined
    ? `${identity?.type ?? 'tpm-ek'}:${identity?.sha256 ?? ''}`
    : `serial:${serial}`;
}

async function findDeclared(
  finder: Finder,
  tenant: string,
  wanted: DeviceRequest,
): Promise<DeviceTable | undefined> {
  const { kind, identity } = wanted;
  const found = await finder.first(deviceByNaturalKey, { tenant, kind, naturalKey: naturalKeyOf(wanted) });
  if (found !== undefined || identity === undefined) return found;
  // Declared before without its serial number, or with another one.
  return finder.first(deviceOfTenantByIdentity, { tenant, sha256: identity.sha256 });
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
  finder: Finder,
  by: Principal,
  known: DeviceTable | undefined,
  { facilityId, partyId, identity }: DeviceRequest,
): Promise<Rejection | null> {
  if (facilityId !== undefined && facilityId !== known?.facility_id) {
    const facility = await finder.first(facilityById, { id: facilityId });
    const usable = facility?.tenant === by.tenant && ['proposed', 'authorised'].includes(facility.state);
    if (!usable) {
      const message = `${facilityId} is no facility that you proposed and that may be used: propose it first`;
      return reject('facility_unknown', 'facilityId', message);
    }
  }
  if (partyId !== undefined && partyId !== known?.party_id) {
    const party = await finder.first(partyById, { id: partyId });
    if (party?.tenant !== by.tenant) {
      return reject('party_unknown', 'partyId', `${partyId} is no party of yours: register it first`);
    }
  }
  if (identity === undefined || known?.identity_sha256 === identity.sha256) return null;
  const holder = await finder.first(deviceOfTenantByIdentity, { tenant: by.tenant, sha256: identity.sha256 });
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

function created(by: Principal, wanted: DeviceRequest, id: string, at: Date): DeviceTable {
  const { kind, model = null, serial = null, facilityId = null, partyId = null, identity = null } = wanted;
  return {
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
    leaf_index: 0,
  };
}

function changed(known: DeviceTable, wanted: DeviceRequest, at: Date): DeviceTable {
  const serial = wanted.serial ?? known.serial;
  return {
    ...known,
    model: wanted.model ?? known.model,
    serial,
    natural_key: serial === null ? known.natural_key : `serial:${serial}`,
    facility_id: wanted.facilityId ?? known.facility_id,
    party_id: wanted.partyId ?? known.party_id,
    identity_type: wanted.identity?.type ?? known.identity_type,
    identity_sha256: wanted.identity?.sha256 ?? known.identity_sha256,
    changed_at_ms: at.getTime(),
  };
}

const CHANGEABLE = {
  model: 'model',
  serial: 'serial',
  facilityId: 'facility_id',
  partyId: 'party_id',
  identitySha256: 'identity_sha256',
} as const;

type Change = { readonly from: string | null; readonly to: string | null };

/** By the names of acts. */
export function changesBetween(before: DeviceTable, after: DeviceTable): { [name: string]: Change } {
  const changes: { [name: string]: Change } = {};
  for (const [name, column] of Object.entries(CHANGEABLE)) {
    if (before[column] !== after[column]) changes[name] = { from: before[column], to: after[column] };
  }
  return changes;
}
