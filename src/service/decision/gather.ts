import type { DeviceState, FacilityState, Latch, LicenceState, PartyState } from '../../policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../policy/licence.ts';
import { deviceAtGate } from '../../store/attestation/device-state.ts';
import { openLatchesOn } from '../../store/attestation/latches.ts';
import { facilityStanding } from '../../store/attestation/register.ts';
import type { LatchTable, LicenceTable } from '../../store/attestation/tables.ts';
import type { View } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import type { Context } from '../context.ts';
import { factsOfDevice, provenNow } from '../host/proven.ts';

/** What the gate weighs, as one snapshot has it. */
export type Gathered = {
  readonly licence: LicenceState;
  readonly devices: readonly DeviceState[];
  readonly facilities: readonly FacilityState[];
  readonly parties: readonly PartyState[];
  readonly latches: readonly Latch[];
};

/**
 * Reads everything that a decision weighs, in one order for all who lock: licence, parties and facilities, hosts and
 * devices. Inside a unit of work nothing of it changes before the decision is written: no allow follows a suspension.
 */
export async function gather(
  context: Context,
  view: View,
  licence: LicenceTable,
  requested: readonly string[] | null,
): Promise<Gathered> {
  const conditions = licenceConditions.parse(JSON.parse(licence.conditions));
  const held = new Holds(view);
  await held.add('licence', licence.id);
  const parties = await readParties(view, conditions, held);
  const facilities = await readFacilities(view, conditions, held);
  const named = new Set(conditions.devices);
  const devices: DeviceState[] = [];
  for (const id of new Set(requested ?? conditions.devices)) {
    const device = named.has(id) ? await readDevice(context, view, id, held) : null;
    if (device !== null) devices.push(device);
  }
  return {
    licence: { id: licence.id, status: licence.status, conditions },
    parties,
    facilities,
    devices,
    latches: held.latches,
  };
}

async function readParties(view: View, { parties }: LicenceConditions, held: Holds): Promise<PartyState[]> {
  const states: PartyState[] = [];
  for (const id of new Set(parties)) {
    await held.add('party', id);
    const row = await view.first(partyById, { id });
    if (row === undefined) continue;
    const standing = row.standing === 'clear' || row.standing === 'denied' ? row.standing : 'unscreened';
    states.push({ id, standing, clearUntil: dateOrNull(row.clear_until_ms) });
  }
  return states;
}

async function readFacilities(
  view: View,
  { facilities }: LicenceConditions,
  held: Holds,
): Promise<FacilityState[]> {
  const states: FacilityState[] = [];
  for (const id of new Set(facilities)) {
    await held.add('facility', id);
    const row = await view.first(facilityStanding, { id });
    if (row === undefined) continue;
    const { state } = row;
    const authorisation = state === 'authorised' || state === 'proposed' ? state : 'revoked';
    states.push({ id, authorisation, authorisedUntil: dateOrNull(row.authorised_until_ms) });
  }
  return states;
}

async function readDevice(
  context: Context,
  view: View,
  id: string,
  held: Holds,
): Promise<DeviceState | null> {
  const row = await view.first(deviceAtGate, { id });
  if (row === undefined) return null;
  await held.add('device', id);
  if (row.host_id !== null) {
    await held.add('host', row.host_id);
    if (row.suspended_at_ms !== null) held.suspended(row.host_id, row.suspended_reason);
  }
  const proven = await provenNow(context, view, row);
  return {
    id,
    kind: row.kind,
    lifecycle: row.lifecycle,
    facilityId: row.facility_id,
    hostId: row.host_id,
    // A declared key needs no serial number; whatever else holds the device to a host is its operator's word.
    serialLink: row.keyed_host_id === null ? 'operator-claimed' : 'none',
    evidence:
      proven === null
        ? null
        : {
            outcome: proven.outcome,
            facts: factsOfDevice(row.kind, proven),
            referenceSets: proven.referenceSets,
            nonceIssuedAt: proven.evidenceAt,
            // Evidence of before it was kept ends with the certificate of the endorsement key.
            validUntil: proven.validUntil ?? dateOrNull(row.ek_valid_until_ms),
            placeUntil: null,
            auditUntil: null,
          },
  };
}

/** Open holds, each subject looked up once. */
class Holds {
  readonly latches: Latch[] = [];
  readonly #view: View;
  readonly #seen = new Set<string>();

  constructor(view: View) {
    this.#view = view;
  }

  async add(kind: LatchTable['subject_kind'], id: string): Promise<void> {
    if (this.#seen.has(`${kind}:${id}`)) return;
    this.#seen.add(`${kind}:${id}`);
    const rows = await this.#view.all(openLatchesOn, { subjectKind: kind, subjectId: id });
    this.latches.push(...rows.map(({ code, sentence }) => ({ subject: { kind, id }, code, sentence })));
  }

  /** A suspended host holds what it carries, as a latch would. */
  suspended(id: string, reason: string | null): void {
    const key = `suspended:${id}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const sentence = `The host ${id} is suspended: ${reason}`;
    this.latches.push({ subject: { kind: 'host', id }, code: 'host.suspended', sentence });
  }
}

function dateOrNull(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
