import { type Assessment, assess } from '../../appraisal/levels.ts';
import { formatInstant } from '../../bytes/instant.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Reason } from '../../protocol/reason.ts';
import type { DeviceStatus, HostStatus } from '../../protocol/status.ts';
import { deviceState, hostState } from '../../store/attestation/device-state.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import type { Store, View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import { type AtOnce, whenThere } from '../at-once.ts';
import type { Context } from '../context.ts';
import { linkedDevices, SELF_KIND } from '../enrolment/link-devices.ts';
import { RequestError } from '../errors.ts';
import { chipNameOf } from '../host/declared-chip.ts';
import { factsOfDevice, type Proven, provenNow } from '../host/proven.ts';
import { provenChipNow } from '../host/proven-chip.ts';
import { readByManufacturer, serialOf } from '../host/serial.ts';
import { earliest } from '../instants.ts';
import type { Principal } from '../principal.ts';
import { proofFrom, type ReadProof } from '../registry/device-proof.ts';
import { deviceStanding } from '../registry/device-standing.ts';
import { freshUntil } from '../session/pace.ts';
import { readHolds } from './holds.ts';

/**
 * What a host proves now. Evidence that is too old to rely on proves nothing: its instant is shown, its level is not.
 * @throws RequestError `not_found`, also for another tenant's
 */
export async function readHostStatus(context: Context, by: Principal, id: string): Promise<HostStatus> {
  const now = context.clock();
  const view = singleReads(context.store);
  const row = await view.first(hostState, { id });
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such host');
  }
  const proven = await provenNow(context, view, row);
  const { level, label } = levelOf(
    factsOfDevice(SELF_KIND[row.host_kind], fresh(context, proven, now), null),
  );
  return {
    id,
    hostname: row.hostname,
    lifecycle: row.suspended_at_ms === null ? 'in-service' : 'suspended',
    enrolledAt: instant(row.enrolled_at_ms),
    lastSession: lastSession(row, now),
    devices: await devicesOf(view, row),
    level,
    label,
    evidenceIssuedAt: row.evidence_at_ms === null ? null : instant(row.evidence_at_ms),
    nextAttestationDue: nextDue(row.evidence_session_id, row.next_attestation_after_ms),
    latches: row.holds === 0 ? [] : await readHolds(view, 'host', id),
  };
}

/**
 * What is known of a device now. Its exporter sees it, whoever operates its host, the authority and its auditors.
 * @throws RequestError `not_found`
 */
export async function readDeviceStatus(context: Context, by: Principal, id: string): Promise<DeviceStatus> {
  const view = singleReads(context.store);
  const row = await requireVisibleDevice(context, view, by, id);
  return (await standingOfDevice(context, view, id, row)).status;
}

/** A device whose status somebody may read, with its host. @throws RequestError `not_found`, also for one that is not theirs to see */
export async function requireVisibleDevice(
  context: Context,
  view: View,
  by: Principal,
  id: string,
): Promise<DeviceRow> {
  const row = await readDeviceState(context, view, id);
  const tenant = visibleTenant(by);
  if (row === undefined || (tenant !== null && row.tenant !== tenant && row.host_tenant !== tenant)) {
    throw new RequestError('not_found', 'there is no such device');
  }
  return row;
}

/** The same in a snapshot of the caller's, who has seen to it that it may be shown; undefined where there is no such device. */
export async function deviceStatusIn(
  context: Context,
  view: View,
  id: string,
): Promise<DeviceStatus | undefined> {
  return (await deviceStandingIn(context, view, id))?.status;
}

/** A device's status, and, where it is asked, until when nothing that its facts rest on ends; null where they rest on nothing. */
export type StatusUntil = { readonly status: DeviceStatus; readonly until: () => Date | null };

/** {@link deviceStatusIn}, with when it ends. */
export async function deviceStandingIn(
  context: Context,
  view: View,
  id: string,
): Promise<StatusUntil | undefined> {
  const row = await readDeviceState(context, view, id);
  return row === undefined ? undefined : standingOfDevice(context, view, id, row);
}

function readDeviceState(context: Context, view: View, id: string) {
  return readByManufacturer(context, view, (named) => view.first(deviceState, { id, chip: named }));
}

type DeviceRow = NonNullable<Awaited<ReturnType<typeof readDeviceState>>>;

/** What its host, its chip and its serial number prove; of most devices all that there is to read was read with them. */
function proofOfDevice(context: Context, view: View, row: DeviceRow): AtOnce<ReadProof> {
  return whenThere(provenNow(context, view, row), (proven) =>
    whenThere(provenChipNow(context, view, row), (chip) =>
      whenThere(serialOf(context, view, row, { proven, chip }), (serial) => ({ proven, chip, serial })),
    ),
  );
}

async function standingOfDevice(
  context: Context,
  view: View,
  id: string,
  row: DeviceRow,
): Promise<StatusUntil> {
  const now = context.clock();
  const { host_id: hostId } = row;
  const read = proofOfDevice(context, view, row);
  const { proven, chip, serial } = read instanceof Promise ? await read : read;
  const chipNow = chip?.validUntil && now >= chip.validUntil ? null : chip;
  const facts = factsOfDevice(row.kind, fresh(context, proven, now), chipNow);
  const { state, dueAt, missingAt } = deviceStanding(row, proofFrom(row.kind, { proven, chip, serial }), now);
  const { level, label } = levelOf(facts);
  const chipId = chipNameOf(row.kind, row.identity_sha256 ?? row.chip_sha256);
  const status: DeviceStatus = {
    id,
    kind: row.kind,
    model: row.model,
    serial: row.serial,
    provenModel: chip?.model ?? null,
    serialLink: hostId === null ? 'none' : serial.link,
    lifecycle: row.lifecycle,
    state,
    dueAt: dueAt === null ? null : formatInstant(dueAt),
    missingAt: missingAt === null ? null : formatInstant(missingAt),
    hostId,
    facilityId: row.facility_id,
    facts,
    level,
    label,
    evidenceIssuedAt: row.evidence_at_ms === null ? null : instant(row.evidence_at_ms),
    nextAttestationDue: nextDue(row.outcome, row.next_attestation_after_ms),
    latches: [
      ...(hostId === null || row.host_holds === 0 ? [] : await readHolds(view, 'host', hostId)),
      ...(row.device_holds === 0 ? [] : await readHolds(view, 'device', id)),
      ...(chipId === null ? [] : await readHolds(view, 'device', chipId)),
    ],
  };
  return { status, until: () => untilOf(context, proven, chipNow) };
}

function untilOf(
  { config }: Context,
  proven: Proven | null,
  chip: { readonly validUntil: Date | null } | null,
): Date | null {
  if (proven === null) return null;
  const { evidenceAt, validUntil, placeUntil, auditUntil } = proven;
  return earliest([
    freshUntil(evidenceAt, config),
    validUntil,
    placeUntil,
    auditUntil,
    chip?.validUntil ?? null,
  ]);
}

/**
 * Each read a snapshot of its own. Most hosts and devices need one; where a hold, a claim or a change of trust asks for
 * more, what is shown of two moments is true of each.
 */
function singleReads(store: Store): View {
  return {
    first: (statement, params) => store.first(statement, params),
    all: (statement, params) => store.read((view) => view.all(statement, params)),
  };
}

function fresh({ config }: Context, proven: Proven | null, now: Date): Proven | null {
  if (proven === null || now >= freshUntil(proven.evidenceAt, config)) return null;
  if (proven.validUntil !== null && now >= proven.validUntil) return null;
  return proven;
}

/** Facts that are the same object have the same level. */
const levels = new WeakMap<Facts, Assessment>();

function levelOf(facts: Facts): Assessment {
  let assessment = levels.get(facts);
  if (assessment === undefined) {
    assessment = assess(facts);
    levels.set(facts, assessment);
  }
  return assessment;
}

type HostRow = {
  readonly host_id: string;
  readonly device_id: string;
  readonly claims: number | null;
  readonly chips: number | null;
};

/** A declared TPM alone, as most hosts have it, needs no further read. */
async function devicesOf(view: View, row: HostRow): Promise<string[]> {
  if (row.claims === 0 && row.chips === 0 && row.device_id.startsWith('dev_')) return [row.device_id];
  const host = await view.first(hostRecord, { id: row.host_id });
  return host === undefined ? [] : (await linkedDevices(view, host)).map(({ id }) => id);
}

type SessionColumns = {
  readonly session_id: string | null;
  readonly session_issued_at_ms: number;
  readonly session_expires_at_ms: number;
  readonly evidence_session_id: string | null;
  readonly outcome: 'accepted' | 'refused' | null;
  readonly reasons: string;
};

function lastSession(row: SessionColumns, now: Date): HostStatus['lastSession'] {
  const { session_id: id, outcome } = row;
  if (id === null) return null;
  const issuedAt = instant(row.session_issued_at_ms);
  if (id === row.evidence_session_id && outcome !== null) {
    return { id, outcome, issuedAt, reasons: JSON.parse(row.reasons) as Reason[] }; // what `submitEvidence` wrote
  }
  const open = now.getTime() < row.session_expires_at_ms;
  return { id, outcome: open ? 'pending' : 'expired', issuedAt, reasons: [] };
}

function nextDue(answered: string | null, nextMs: number | null): string | null {
  return answered === null || nextMs === null ? null : instant(nextMs);
}

function instant(milliseconds: number): string {
  return formatInstant(new Date(milliseconds));
}
