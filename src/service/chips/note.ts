import { declaredByChip, dropChip, putChip } from '../../store/attestation/chips.ts';
import { hostOfDevice, linkDevice } from '../../store/attestation/register.ts';
import type { ProvenChipTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { isHeld } from '../host/held.ts';
import type { ChipStanding } from './standing.ts';

/** A chip of an accepted submission. */
export type ShownChip = {
  readonly identity: string;
  readonly kind: 'gpu' | 'switch';
  /** As it is kept; null where it was refused, though the chip itself answered. */
  readonly row: ProvenChipTable | null;
};

type Noted = {
  readonly hostId: string;
  readonly facilityId: string;
  readonly chips: readonly ShownChip[];
  readonly standing: ChipStanding;
  readonly at: Date;
};

/**
 * Keeps what an accepted submission proves of its GPUs and switches, and drops what it no longer shows. Most submissions
 * show what the last one did, and write nothing here.
 */
export async function noteChips(tx: Tx, noted: Noted): Promise<void> {
  const { chips, standing } = noted;
  const rows = chips.flatMap(({ row }) => row ?? []);
  const kept = new Set(rows.map(({ chip_sha256 }) => chip_sha256));
  const before = new Map(standing.proven.map((row) => [row.chip_sha256, JSON.stringify(row)]));
  for (const chip of before.keys()) if (!kept.has(chip)) await tx.run(dropChip, { chip });
  for (const row of rows) {
    if (before.get(row.chip_sha256) !== JSON.stringify(row)) await tx.run(putChip, row);
  }
  for (const { chip_sha256: chip, kind } of rows) await linkRegistered(tx, noted, chip, kind);
}

/**
 * A device that was declared by this chip, or whose manufacturer names it, belongs to this host's inventory from now on.
 * Evidence outweighs a claim; it takes no device off a host that is held or suspended, whose hold goes with what it carries.
 */
async function linkRegistered(
  tx: Tx,
  { hostId, facilityId, standing, at }: Noted,
  chip: string,
  kind: 'gpu' | 'switch',
): Promise<void> {
  const known = standing.inventory.registered.filter((device) => device.identity === chip);
  if (known.length === 0) return;
  const declared = await tx.all(declaredByChip, { facilityId, chip });
  for (const { id: deviceId } of known.filter((device) => device.kind === kind)) {
    const holder = await tx.first(hostOfDevice, { deviceId });
    // What the operator claims for this very host stays its claim where the register does not name the chip itself.
    const stays = holder?.link === 'chip-certificate' || !declared.some(({ id }) => id === deviceId);
    if (holder?.host_id === hostId && stays) continue;
    if (holder !== undefined && holder.host_id !== hostId && (await isHeld(tx, holder.host_id))) continue;
    await tx.run(linkDevice, { deviceId, hostId, link: 'chip-certificate', sinceMs: at.getTime() });
  }
}
