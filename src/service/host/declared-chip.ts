import { chipName } from '../../appraisal/devices/chip-name.ts';
import { isModelOf, productNames } from '../../evidence/nvidia/product-names.ts';
import type { ProvenChip } from './proven-chip.ts';

/** The name under which a chip is held, whatever device of the register it is; null for what was declared by no chip. */
export function chipNameOf(kind: string, identity: string | null): string | null {
  if (identity === null || (kind !== 'gpu' && kind !== 'switch')) return null;
  return chipName(kind, identity);
}

/** How a declared model differs from the chip that was proven; null where it does not, and where nothing was declared or proven. */
export function modelDisagreement(declared: string | null, chip: ProvenChip | null): string | null {
  if (declared === null || chip?.chip === null || chip === null) return null;
  if (isModelOf(declared, chip.chip)) return null;
  return `declared as ${declared}, proven to be ${chip.chip} (${productNames(chip.chip).slice(1).join(', ') || chip.model})`;
}

/** A chip's name as chip tables and licences write it: what was declared, else what its certificate says; null where neither is known. */
export function modelOf(declared: string | null, chip: ProvenChip | null): string | null {
  return declared ?? chip?.model ?? null;
}

type Link = {
  readonly keyed_host_id: string | null;
  readonly shown_host_id: string | null;
  readonly link: 'operator-claimed' | 'chip-certificate' | null;
};

/** A declared key or chip needs no serial number; whatever else holds a device to a host is its operator's word. */
export function serialLinkOf({ keyed_host_id: keyed, shown_host_id: shown, link }: Link) {
  return keyed === null && shown === null && link !== 'chip-certificate' ? 'operator-claimed' : 'none';
}
