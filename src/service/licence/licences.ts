import { canonicalJson } from '../../bytes/canonical-json.ts';
import type { JsonValue } from '../../bytes/json.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import { isChip } from '../../policy/named.ts';
import { insertLicence, licenceById } from '../../store/attestation/licences.ts';
import { facilityStanding } from '../../store/attestation/register.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { deviceById } from '../../store/registry/devices.ts';
import { partyById } from '../../store/registry/parties.ts';
import { visibleTenant } from '../access/visibility.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { type Fault, RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { unschedule } from '../schedule/schedule.ts';
import { changeStatus } from './change-status.ts';
import { readmit } from './reinstate.ts';
import { followFleet } from './subjects.ts';

export type LicenceWish = {
  /** The exporter that is to hold it. */
  readonly tenant: string;
  readonly conditions: LicenceConditions;
};

/**
 * Grants a licence. What it names must be on the register: a licence about nothing would deny for ever, and its holder
 * could not tell why.
 *
 * @throws RequestError `invalid_request` with everything that is not registered
 */
export async function grantLicence(
  context: Context,
  by: Principal,
  { tenant, conditions }: LicenceWish,
): Promise<LicenceTable> {
  const at = context.clock();
  // A trip through JSON drops optional members that are undefined, which have no canonical form.
  const text = canonicalJson(JSON.parse(JSON.stringify(conditions)) as JsonValue); // JSON.parse returns nothing else
  return context.store.write(async (tx) => {
    await requireRegistered(tx, conditions);
    const id = newIdentifier('lic', context);
    const body = { licenceId: id, holder: tenant, conditions: JSON.parse(text), by: by.id };
    const row: LicenceTable = {
      id,
      tenant,
      conditions: text,
      status: 'active',
      created_by: by.id,
      created_at_ms: at.getTime(),
      version: 1,
      leaf_index: await recordAct(tx, context, { type: 'licence.granted', at, tenant, body }),
    };
    await tx.run(insertLicence, row);
    await followFleet(tx, id, conditions, at);
    return row;
  });
}

async function requireRegistered(view: View, conditions: LicenceConditions): Promise<void> {
  const errors: Fault[] = [];
  const missing = (path: string, actual: string): void => {
    errors.push({ path: `body.conditions.${path}`, expected: 'on the register', actual });
  };
  for (const id of conditions.parties) {
    if ((await view.first(partyById, { id })) === undefined) missing('parties', id);
  }
  for (const id of conditions.facilities) {
    if ((await view.first(facilityStanding, { id })) === undefined) missing('facilities', id);
  }
  const chips = new Map<string, number>();
  for (const id of new Set(conditions.devices)) {
    const device = await view.first(deviceById, { id });
    if (device === undefined) missing('devices', id);
    else if (isChip(device)) chips.set(device.model ?? '', (chips.get(device.model ?? '') ?? 0) + 1);
  }
  errors.push(...tooMany(conditions, chips));
  if (errors.length === 0) return;
  const message = `${errors.length} of what it names is not registered, or more than it licenses`;
  throw new RequestError('invalid_request', message, { errors: errors.slice(0, 100) });
}

/** A licence that names more devices of a model than it lets be delivered contradicts itself. */
function tooMany({ models = [] }: LicenceConditions, chips: ReadonlyMap<string, number>): Fault[] {
  return models.flatMap(({ model, quantity }) => {
    const named = chips.get(model) ?? 0;
    const fault = {
      path: 'body.conditions.models',
      expected: `${quantity} of ${model}`,
      actual: `${named} devices`,
    };
    return named > quantity ? [fault] : [];
  });
}

export type LicenceRuling = {
  readonly status: LicenceTable['status'];
  readonly reason: string;
};

/**
 * Suspends, reinstates or revokes a licence, and its grants with it; decisions from the next on go by it. A revocation is final.
 * @throws RequestError `not_found`; `conflict` after a revocation, and for a reinstatement while anything is violated
 */
export async function ruleOnLicence(
  context: Context,
  by: Principal,
  id: string,
  { status, reason }: LicenceRuling,
): Promise<LicenceTable> {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const row = await readLicence(tx, by, id);
    if (row.status === status) return row;
    if (row.status === 'revoked') throw new RequestError('conflict', 'the licence is revoked for good');
    if (status === 'active') await readmit(context, tx, row, at);
    else await unschedule(tx, 'licence', id);
    return changeStatus(context, tx, row, { status, reason, by: by.id, at });
  });
}

/** @throws RequestError `not_found` */
export async function getLicence(context: Context, by: Principal, id: string): Promise<LicenceTable> {
  return context.store.read((view) => readLicence(view, by, id));
}

/** In a snapshot or unit of work of the caller's. @throws RequestError `not_found`, for another tenant's too */
export async function readLicence(view: View, by: Principal, id: string): Promise<LicenceTable> {
  const row = await view.first(licenceById, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such licence');
  }
  return row;
}
