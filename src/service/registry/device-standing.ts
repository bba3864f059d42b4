import { type DeviceRecord, type DeviceStanding, standingAt } from '../../policy/register/device-state.ts';
import type { Facts, SerialLink } from '../../protocol/facts.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import { dateOrNull } from '../instants.ts';

/** The columns that say what people did about a device. */
export type RegisteredDevice = Pick<
  DeviceTable,
  | 'lifecycle'
  | 'shipped_at_ms'
  | 'due_after_days'
  | 'verified_at_ms'
  | 'maintenance_from_ms'
  | 'maintenance_until_ms'
>;

/** What the newest submission of a device's host proves of it now. */
export type ProofOfDevice = {
  readonly facts: Facts;
  readonly serialLink: SerialLink;
  /** When the nonce of that submission was issued. */
  readonly evidenceAt: Date;
};

/** The register's word with the newest proof: `proof` is null where there is no evidence, or it was refused. */
export function deviceRecord(row: RegisteredDevice, proof: ProofOfDevice | null): DeviceRecord {
  const noted = dateOrNull(row.verified_at_ms);
  const shown = proof !== null && proves(proof) ? proof.evidenceAt : null;
  const from = dateOrNull(row.maintenance_from_ms);
  const until = dateOrNull(row.maintenance_until_ms);
  return {
    lifecycle: row.lifecycle,
    shippedAt: dateOrNull(row.shipped_at_ms),
    dueAfterDays: row.due_after_days,
    verifiedAt: noted !== null && shown !== null ? (noted > shown ? noted : shown) : (noted ?? shown),
    maintenance: from === null || until === null ? null : { from, until },
  };
}

/** The device itself must have answered, as the one that the register names: a host's or an operator's word proves nothing of it. */
function proves({ facts, serialLink }: ProofOfDevice): boolean {
  return facts.device === 'attested' && (serialLink === 'none' || serialLink === 'manufacturer-manifest');
}

export function deviceStanding(row: RegisteredDevice, proof: ProofOfDevice | null, at: Date): DeviceStanding {
  return standingAt(deviceRecord(row, proof), at);
}
