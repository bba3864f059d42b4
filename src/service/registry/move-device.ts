import { formatInstant } from '../../bytes/instant.ts';
import { type DeviceAct, transition } from '../../policy/register/device-acts.ts';
import { type DeviceRecord, standingAt } from '../../policy/register/device-state.ts';
import type { Tx } from '../../store/port.ts';
import { changeDevice, deviceById } from '../../store/registry/devices.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { followDeviceState } from '../grant/follow-device.ts';
import type { Principal } from '../principal.ts';
import { proofOf } from './device-proof.ts';
import { deviceRecord } from './device-standing.ts';
import { nextLook } from './watch-devices.ts';

/** What is done about a device by one side alone: a transfer needs two (transfers.ts). */
export type Move = {
  readonly act: Exclude<DeviceAct, 'transfer'>;
  readonly reason: string;
  /** ship: within how many days its arrival must be proven. */
  readonly dueAfterDays?: number | undefined;
  /** maintain: when it ends. */
  readonly until?: Date | undefined;
};

const ACTS: { readonly [A in Move['act']]: ActType } = {
  ship: 'device.shipped',
  return: 'device.returned',
  maintain: 'device.maintained',
  resume: 'device.resumed',
  retire: 'device.retired',
};

const DAY_MS = 86_400_000;
/** How long a maintenance may last. */
export const MAX_MAINTENANCE_DAYS = 30;

/**
 * Ships a device, takes it back, puts it into maintenance or out of it, or retires it for good: whoever may, from where they may
 * (policy/register/device-acts.ts). Decisions from the next on go by it.
 *
 * @throws RequestError `not_found`; `conflict` from a state from which it is not allowed; `invalid_request`
 */
export async function moveDevice(
  context: Context,
  by: Principal,
  id: string,
  { act, reason, dueAfterDays, until }: Move,
): Promise<DeviceTable> {
  return context.store.write(async (tx) => {
    const row = await readMovable(tx, by, id);
    const at = context.clock();
    if (act === 'maintain') requireEnd(until, at);
    if (act === 'retire' && row.lifecycle === 'retired') return row;
    const { from, record } = await requireAllowed(context, tx, by, row, act, { at, dueAfterDays, until });
    return writeMove(context, tx, row, record, {
      type: ACTS[act],
      at,
      body: {
        from,
        ...(until === undefined ? {} : { until: formatInstant(until) }),
        ...(act === 'ship' ? { dueAfterDays: record.dueAfterDays } : {}),
        reason,
        by: by.id,
      },
    });
  });
}

/** An exporter moves its own devices, an operator those of its facilities, the authority all. @throws RequestError `not_found` */
async function readMovable(tx: Tx, by: Principal, id: string): Promise<DeviceTable> {
  const row = await tx.first(deviceById, { id });
  if (row !== undefined && (by.role === 'authority' || row.tenant === by.tenant)) return row;
  if (by.role === 'operator') {
    // Looked for whether there is a device or not: what is another's takes as long as what is not there.
    const facility = await tx.first(facilityById, { id: row?.facility_id ?? '' });
    if (row !== undefined && facility?.operator_tenant === by.tenant) return row;
  }
  throw new RequestError('not_found', 'no such device');
}

function requireEnd(until: Date | undefined, at: Date): void {
  const latest = new Date(at.getTime() + MAX_MAINTENANCE_DAYS * DAY_MS);
  if (until !== undefined && until > at && until <= latest) return;
  throw new RequestError('invalid_request', `a maintenance ends within ${MAX_MAINTENANCE_DAYS} days`, {
    path: 'body.until',
    expected: `after ${formatInstant(at)} and not after ${formatInstant(latest)}`,
    actual: until === undefined ? 'none' : formatInstant(until),
  });
}

type Doing = Parameters<typeof transition>[3];

/** @throws RequestError `conflict` */
export async function requireAllowed(
  context: Context,
  tx: Tx,
  by: Pick<Principal, 'role'>,
  row: DeviceTable,
  act: DeviceAct,
  doing: Doing,
) {
  const record = deviceRecord(row, await proofOf(context, tx, row.id));
  const made = transition(record, act, by.role, doing);
  if (made.allowed) return made;
  throw new RequestError('conflict', `you may not ${act} a device that is ${made.from}`, {
    path: 'device.state',
    expected: made.expected.length === 0 ? 'somebody else does this' : made.expected.join(' or '),
    actual: made.from,
  });
}

type Written = {
  readonly type: ActType;
  readonly at: Date;
  readonly body: { readonly [member: string]: string | number | null };
};

function shown(instant: Date | null | undefined): string | null {
  return instant === null || instant === undefined ? null : formatInstant(instant);
}

/** Writes a record that an act made of a device, with the act. */
export async function writeMove(
  context: Context,
  tx: Tx,
  row: DeviceTable,
  record: DeviceRecord,
  { type, at, body }: Written,
): Promise<DeviceTable> {
  const { state, dueAt } = standingAt(record, at);
  const { shippedAt, maintenance } = record;
  const said = {
    ...{ deviceId: row.id, to: state, dueAt: shown(dueAt), lifecycle: record.lifecycle },
    ...{ dueAfterDays: record.dueAfterDays, shippedAt: shown(shippedAt) },
    ...{ maintenanceFrom: shown(maintenance?.from), maintenanceUntil: shown(maintenance?.until) },
    ...body,
  };
  const changed: DeviceTable = {
    ...row,
    lifecycle: record.lifecycle,
    shipped_at_ms: record.shippedAt?.getTime() ?? null,
    due_after_days: record.dueAfterDays,
    verified_at_ms: record.verifiedAt?.getTime() ?? null,
    maintenance_from_ms: record.maintenance?.from.getTime() ?? null,
    maintenance_until_ms: record.maintenance?.until.getTime() ?? null,
    noted_state: state,
    look_at_ms: nextLook(record, at),
    changed_at_ms: at.getTime(),
    leaf_index: await recordAct(tx, context, { type, at, tenant: row.tenant, body: said }),
  };
  await tx.run(changeDevice, changed);
  await followDeviceState(context, tx, { id: row.id, state, at });
  return changed;
}
