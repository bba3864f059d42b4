import type { DeviceState, FacilityState, Latch, LicenceState, PartyState } from '../../policy/inputs.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import { deviceAtGate } from '../../store/attestation/device-state.ts';
import { facilityStanding } from '../../store/attestation/register.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { chipNameOf, modelDisagreement, modelOf } from '../host/declared-chip.ts';
import { factsOfDevice, provenNow } from '../host/proven.ts';
import { provenChipNow } from '../host/proven-chip.ts';
import { readByManufacturer, serialOf } from '../host/serial.ts';
import { dateOrNull, earliest } from '../instants.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { facilityAuthorisationAt } from '../registry/authorisation.ts';
import { proofFrom } from '../registry/device-proof.ts';
import { deviceStanding } from '../registry/device-standing.ts';
import { type OwnedParty, ownershipOf } from '../registry/ownership.ts';
import { currentListVersionIn, standingOf } from '../registry/screening.ts';
import { Holds } from './holds.ts';

/** What the gate weighs, as one snapshot has it. */
export type Gathered = {
  readonly licence: LicenceState & { readonly conditionsSha256: string };
  readonly devices: readonly DeviceState[];
  readonly facilities: readonly FacilityState[];
  readonly parties: readonly PartyState[];
  readonly latches: readonly Latch[];
  /** Names of the chips that devices were proven to be, by the devices' ids: the same whoever registered them. */
  readonly chips: ReadonlyMap<string, string>;
  /** The rows that those rest on, for whoever tells more of them. */
  readonly owners: ReadonlyMap<string, OwnedParty>;
};

/**
 * Reads everything that a decision weighs, in one order for all who lock: licence, parties and facilities, hosts and
 * devices. Inside a unit of work nothing of it changes before the decision is written: no allow follows a suspension.
 */
export async function gather(
  context: Context,
  view: View,
  licence: LicenceTable,
  { action, devices: requested }: Pick<DecisionRequest, 'action' | 'devices'>,
): Promise<Gathered> {
  const { conditions, sha256: conditionsSha256 } = conditionsOf(licence.conditions);
  const held = new Holds();
  held.add('licence', licence.id);
  const owners = await readOwners(view, conditions, held);
  const parties = await readParties(view, owners);
  const facilities = await readFacilities(context, view, conditions, held);
  const named = new Set(conditions.devices);
  const devices: DeviceState[] = [];
  const chips = new Map<string, string>();
  // Before shipment there are no devices to read.
  for (const id of action === 'allocate' ? [] : new Set(requested ?? conditions.devices)) {
    const device = named.has(id) ? await readDevice(context, view, id, { held, chips }) : null;
    if (device !== null) devices.push(device);
  }
  return {
    licence: { id: licence.id, status: licence.status, conditions, conditionsSha256 },
    parties,
    facilities,
    devices,
    chips,
    latches: await held.read(view),
    owners,
  };
}

/** Those of the licence's parties that are registered, with their owners. */
async function readOwners(
  view: View,
  { parties }: LicenceConditions,
  held: Holds,
): Promise<Map<string, OwnedParty>> {
  const owners = new Map<string, OwnedParty>();
  for (const id of new Set(parties)) {
    held.add('party', id);
    const party = await ownershipOf(view, id);
    if (party !== undefined) owners.set(id, party);
  }
  return owners;
}

async function readParties(view: View, owners: ReadonlyMap<string, OwnedParty>): Promise<PartyState[]> {
  const currentListVersion = await currentListVersionIn(view);
  return [...owners].map(([id, { row, parents }]) => ({
    id,
    standing: standingOf(row),
    clearUntil: dateOrNull(row.clear_until_ms),
    listVersion: row.list_version,
    currentListVersion,
    deniedParents: parents.filter((parent) => standingOf(parent) === 'denied').map((parent) => parent.id),
  }));
}

async function readFacilities(
  { clock }: Context,
  view: View,
  { facilities }: LicenceConditions,
  held: Holds,
): Promise<FacilityState[]> {
  const states: FacilityState[] = [];
  for (const id of new Set(facilities)) {
    held.add('facility', id);
    const row = await view.first(facilityStanding, { id });
    if (row === undefined) continue;
    const { authorisation, from, until, tier } = await facilityAuthorisationAt(view, row, clock());
    states.push({ id, authorisation, authorisedFrom: from, authorisedUntil: until, tier });
  }
  return states;
}

async function readDevice(
  context: Context,
  view: View,
  id: string,
  { held, chips }: { readonly held: Holds; readonly chips: Map<string, string> },
): Promise<DeviceState | null> {
  const row = await readByManufacturer(context, view, (chip) => view.first(deviceAtGate, { id, chip }));
  if (row === undefined) return null;
  held.add('device', id);
  if (row.host_id !== null) {
    held.add('host', row.host_id);
    if (row.suspended_at_ms !== null) held.suspended(row.host_id, row.suspended_reason);
  }
  addOtherHolds(row, id, held);
  const proven = await provenNow(context, view, row);
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
