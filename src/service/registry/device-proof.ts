import { type DeviceRecord, type DeviceStanding, standingAt } from '../../policy/register/device-state.ts';
import type { JudgedSerial } from '../../policy/serial-link.ts';
import { deviceAtGate } from '../../store/attestation/device-state.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { factsOfDevice, type Proven, provenNow } from '../host/proven.ts';
import { type ProvenChip, provenChipNow } from '../host/proven-chip.ts';
import { readByManufacturer, serialOf } from '../host/serial.ts';
import { deviceRecord, type ProofOfDevice, type RegisteredDevice } from './device-standing.ts';

/** What the newest submission of a device's host proves of it now; null where it proves nothing. */
export async function proofOf(context: Context, view: View, deviceId: string): Promise<ProofOfDevice | null> {
  const row = await readByManufacturer(context, view, (chip) =>
    view.first(deviceAtGate, { id: deviceId, chip }),
  );
  if (row === undefined) return null;
  const proven = await provenNow(context, view, row);
  const chip = await provenChipNow(context, view, row);
  const serial = await serialOf(context, view, row, { proven, chip });
  return proofFrom(row.kind, { proven, chip, serial });
}

/** What was read of a device's host, chip and serial number. */
export type ReadProof = {
  readonly proven: Proven | null;
  readonly chip: ProvenChip | null;
  readonly serial: JudgedSerial;
};

/** Evidence that was refused proves nothing. */
export function proofFrom(kind: string, { proven, chip, serial }: ReadProof): ProofOfDevice | null {
  if (proven === null || proven.outcome === 'refused') return null;
  return {
    facts: factsOfDevice(kind, proven, chip),
    serialLink: serial.link,
    evidenceAt: proven.evidenceAt,
  };
}

/** A device's record with its newest proof, and its state. */
export async function standingNow(
  context: Context,
  view: View,
  row: RegisteredDevice & { readonly id: string },
  at: Date,
): Promise<{ readonly record: DeviceRecord; readonly standing: DeviceStanding }> {
  const record = deviceRecord(row, await proofOf(context, view, row.id));
  return { record, standing: standingAt(record, at) };
}
