import type { DeviceState, FacilityState, Latch, LicenceState, PartyState } from '../../policy/inputs.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { chipNameOf, modelDisagreement, modelOf } from '../host/declared-chip.ts';
import { factsOfDevice, type Proven, provenNow } from '../host/proven.ts';
import { provenChipNow } from '../host/proven-chip.ts';
import { serialOf } from '../host/serial.ts';
import { dateOrNull, earliest } from '../instants.ts';
import { proofFrom } from '../registry/device-proof.ts';
import { deviceStanding } from '../registry/device-standing.ts';
import { effectiveTrust } from '../trust/effective.ts';
import { facilitiesAudited } from './auditors.ts';
import { type DeviceRow, deviceRows } from './device-rows.ts';
import type { Ground } from './ground.ts';
import { Holds } from './holds.ts';
import { openHolds } from './open-holds.ts';

/** What the gate weighs, as one snapshot has it. */
export type Gathered = {
  readonly licence: LicenceState & { readonly conditionsSha256: string };
  readonly devices: readonly DeviceState[];
  readonly facilities: readonly FacilityState[];
  readonly parties: readonly PartyState[];
  readonly latches: readonly Latch[];
  /** Names of the chips that devices were proven to be, by the devices' ids: the same whoever registered them. */
  readonly chips: ReadonlyMap<string, string>;
};

/**
 * Reads everything that a decision weighs besides its licence's ground: holds, hosts and devices. Inside a unit of work nothing of it changes before the decision is written: no allow follows a suspension.
 */
export async function gather(
  context: Context,
  view: View,
  ground: Ground,
  { action, devices: requested }: Pick<DecisionRequest, 'action' | 'devices'>,
): Promise<Gathered> {
  const { licence, conditions, conditionsSha256, named } = ground;
  const held = new Holds(await openHolds(view, ground.stamp));
  held.add('licence', licence.id);
  for (const id of conditions.parties) held.add('party', id);
  for (const id of conditions.facilities) held.add('facility', id);
  const devices: DeviceState[] = [];
  const chips = new Map<string, string>();
  // Before shipment there are no devices to read.
  const wanted = action === 'allocate' ? [] : [...new Set(requested ?? conditions.devices)];
  const asked = wanted.filter((id) => named.has(id));
  const reading = { held, chips, proven: new Map() };
  for await (const row of deviceRows(context, view, asked)) {
    devices.push(await readDevice(context, view, row, reading));
  }
  return {
    licence: { id: licence.id, status: licence.status, conditions, conditionsSha256 },
    parties: ground.parties,
    facilities: await facilitiesAudited(view, ground, await effectiveTrust(context, view)),
    devices,
    chips,
    latches: await held.read(view),
  };
}

type Reading = {
  readonly held: Holds;
  readonly chips: Map<string, string>;
  /** What hosts prove, by their ids: asked once for all devices of one. */
  readonly proven: Map<string, Proven | null>;
};

async function provenOf(
  context: Context,
  view: View,
  row: DeviceRow,
  { proven }: Reading,
): Promise<Proven | null> {
  if (row.host_id === null) return null;
  const known = proven.get(row.host_id);
  if (known !== undefined) return known;
  const found = await provenNow(context, view, row);
  proven.set(row.host_id, found);
  return found;
}

async function readDevice(
  context: Context,
  view: View,
  row: DeviceRow,
  reading: Reading,
): Promise<DeviceState> {
  const { id } = row;
  const { held, chips } = reading;
  held.add('device', id);
  if (row.host_id !== null) {
    held.add('host', row.host_id);
    if (row.suspended_at_ms !== null) held.suspended(row.host_id, row.suspended_reason);
  }
  addOtherHolds(row, id, held);
  const proven = await provenOf(context, view, row, reading);
  const chip = await provenChipNow(context, view, row);
  // Only what a host shows: by declaring somebody's chip nobody takes it away.
  const chipName = chip === null ? null : chipNameOf(row.kind, row.chip_sha256);
  if (chipName !== null) chips.set(id, chipName);
  const serial = await serialOf(context, view, row, { proven, chip });
  const facts = factsOfDevice(row.kind, proven, chip);
  // Evidence of before it was kept ends with the certificate of the endorsement key.
  const hostUntil = proven?.validUntil ?? dateOrNull(row.ek_valid_until_ms);
  const validUntil = earliest([hostUntil, chip?.validUntil ?? null]);
  const proof = proofFrom(row.kind, { proven, chip, serial });
  const { state, missingAt } = deviceStanding(row, proof, context.clock());
  return {
    id,
    kind: row.kind,
    model: modelOf(row.model, chip),
    userId: row.party_id,
    lifecycle: state,
    usableUntil: missingAt,
    facilityId: row.facility_id,
    hostId: row.host_id,
    serialLink: serial.link,
    serialLinkUntil: serial.until,
    modelDisagreement: modelDisagreement(row.model, chip),
    evidence:
      proven === null
        ? null
        : {
            outcome: proven.outcome,
            facts,
            referenceSets: proven.referenceSets,
            nonceIssuedAt: proven.evidenceAt,
            validUntil,
            placeAt: proven.placeAt,
            placeUntil: proven.placeUntil,
            auditUntil: proven.auditUntil,
          },
  };
}

type OtherHolder = {
  readonly kind: string;
  readonly identity_sha256: string | null;
  readonly chip_sha256: string | null;
  readonly host_id: string | null;
  readonly claimed_host_id: string | null;
  readonly claimed_suspended_at_ms: number | null;
  readonly claimed_suspended_reason: string | null;
};

/**
 * Holds on the chip itself, under whatever device it was seen; and those of the host that it is registered with, where
 * another one shows it now: no card leaves a hold by being moved.
 */
function addOtherHolds(row: OtherHolder, id: string, held: Holds): void {
  const device = { kind: 'device', id } as const;
  const chip = chipNameOf(row.kind, row.identity_sha256 ?? row.chip_sha256);
  if (chip !== null) held.add('device', chip, device);
  const { claimed_host_id: claimed } = row;
  if (claimed === null || claimed === row.host_id) return;
  held.add('host', claimed, device);
  if (row.claimed_suspended_at_ms !== null) held.suspended(claimed, row.claimed_suspended_reason, device);
}
