import { declaredByChip } from '../../store/attestation/chips.ts';
import { declaredBySerial } from '../../store/attestation/register.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { linksInForce } from '../manifest/in-force.ts';

type Kind = 'gpu' | 'switch';

type BySerial = {
  readonly kind: Kind;
  readonly serial: string | null;
  readonly facilityId: string | null;
};

/**
 * The chip that its manufacturer names for a device which the register knows by its serial number alone. Null where nobody does,
 * where manufacturers that number alike name several, and where another device of the facility was declared by that chip: one
 * card would be two licensed ones.
 */
export async function chipNamedFor(
  context: Context,
  view: View,
  { kind, serial, facilityId }: BySerial,
): Promise<string | null> {
  if (serial === null || facilityId === null) return null;
  const links = await linksInForce(context, view, { kind, serial, proven: [] });
  const [chip, ...more] = new Set(links.map(({ identity }) => identity.sha256));
  if (chip === undefined || more.length > 0) return null;
  return (await view.all(declaredByChip, { facilityId, chip })).length > 0 ? null : chip;
}

export type NamedDevice = { readonly id: string; readonly kind: Kind; readonly model: string | null };

/** The devices at a facility whose serial numbers a manufacturer ties to this chip, and whose chip nobody declared. */
export async function devicesNamedFor(
  context: Context,
  view: View,
  { facilityId, chip }: { readonly facilityId: string; readonly chip: string },
): Promise<NamedDevice[]> {
  // By the chip alone, which has one kind: the one asked for selects serial numbers, and none is given.
  const proven = [{ type: 'nvidia-chip-key', sha256: chip }];
  const links = await linksInForce(context, view, { kind: 'gpu', serial: null, proven });
  const found = new Map<string, NamedDevice>();
  for (const { kind, serial } of links) {
    if (kind !== 'gpu' && kind !== 'switch') continue;
    if ((await chipNamedFor(context, view, { kind, serial, facilityId })) !== chip) continue;
    for (const row of await view.all(declaredBySerial, { facilityId, kind, serial })) {
      if (row.identity_sha256 === null) found.set(row.id, { id: row.id, kind, model: row.model });
    }
  }
  return [...found.values()];
}
