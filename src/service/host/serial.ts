import { type Identity, type JudgedSerial, judgeSerialLink } from '../../policy/serial-link.ts';
import type { View } from '../../store/port.ts';
import { type AtOnce, whenThere } from '../at-once.ts';
import { chipNamedFor } from '../chips/named-by-manufacturer.ts';
import type { Context } from '../context.ts';
import { SELF_KIND } from '../enrolment/link-devices.ts';
import { linksThatCount } from '../manifest/in-force.ts';
import { serialLinkOf } from './declared-chip.ts';
import type { Proven } from './proven.ts';
import type { ProvenChip } from './proven-chip.ts';

/** A device of the register as the gate reads it: see store/attestation/device-state.ts. */
export type SerialState = {
  readonly kind: string;
  readonly serial: string | null;
  readonly facility_id: string | null;
  /** As the register declares it. */
  readonly identity_sha256: string | null;
  /** Of the chip by which it is looked for among what hosts show: the declared one, or the one that its manufacturer names. */
  readonly chip_sha256: string | null;
  readonly keyed_host_id: string | null;
  readonly shown_host_id: string | null;
  readonly link: 'operator-claimed' | 'chip-certificate' | null;
  /** Of the host that holds it. */
  readonly host_identity_sha256: string | null;
};

/** Stands for no chip in statements that look for one. */
export const NO_CHIP = '';

/**
 * Reads a GPU or switch that the register knows by its serial number alone by the chip that its manufacturer names for it, so
 * that whichever host shows that chip holds the device. Anything else is read as it stands.
 */
export async function readByManufacturer<Row extends SerialState>(
  context: Context,
  view: View,
  read: (chip: string) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const row = await read(NO_CHIP);
  if (row === undefined || row.serial === null || row.identity_sha256 !== null) return row;
  if (row.kind !== 'gpu' && row.kind !== 'switch') return row;
  const { kind, serial, facility_id: facilityId } = row;
  const chip = await chipNamedFor(context, view, { kind, serial, facilityId });
  if (chip === null) return row;
  const shown = await read(chip);
  return shown === undefined ? row : { ...shown, chip_sha256: chip };
}

/** What ties a device's serial number to what evidence proves of it. */
export function serialOf(
  context: Context,
  view: View,
  row: SerialState,
  { proven, chip }: { readonly proven: Proven | null; readonly chip: ProvenChip | null },
): AtOnce<JudgedSerial> {
  const { kind, serial } = row;
  const keyed = row.identity_sha256 !== null && serialLinkOf(row) === 'none';
  const identities = provenIdentities(row, proven, chip);
  const asked = { kind, serial, proven: identities };
  return whenThere(serial === null ? [] : linksThatCount(context, view, asked), (links) =>
    judgeSerialLink({ ...asked, keyed, links }),
  );
}

/** Evidence that was refused proves no identity, and neither does a chip that the host does not show. */
function provenIdentities(row: SerialState, proven: Proven | null, chip: ProvenChip | null): Identity[] {
  if (proven === null || proven.outcome === 'refused') return [];
  if (proven.kind === 'tpm' && row.kind === SELF_KIND.tpm && row.host_identity_sha256 !== null) {
    return [{ type: 'tpm-ek', sha256: row.host_identity_sha256 }];
  }
  if (chip === null || row.chip_sha256 === null) return [];
  return [{ type: 'nvidia-chip-key', sha256: row.chip_sha256 }];
}
