import type { CheckList } from '../check.ts';
import { AZURE_CVM_MEDIA_TYPE } from './azure-item.ts';
import type { Collection, Item } from './cmw.ts';
import { INVENTORY_MEDIA_TYPE } from './inventory-item.ts';
import { BINDING_LABEL, stageOf, TEE_MEDIA_TYPES, TPM_QUOTE_MEDIA_TYPE } from './labels.ts';
import { NVIDIA_MEDIA_TYPES } from './nvidia-item.ts';

/** What is to be judged of a bundle; null where it is not there, or not as often as it must be. */
export type FoundItems = {
  readonly tpm: Item | null;
  readonly tee: Item | null;
  /** Of GPUs and switches, in the order of the bundle. */
  readonly devices: readonly Item[];
  /** What the host says of its GPUs beyond that. */
  readonly inventory: Item | null;
};

/** Sixteen GPUs and eight switches: more than any one machine holds, and a third of a CPU second of signatures at worst. */
export const MAX_DEVICES = 24;

/**
 * `bundle.items.known`, `bundle.items.devices`, `bundle.items.inventory`, `bundle.items.tpm` and `bundle.items.tee`. An item that nobody reads would be accepted unexamined;
 * of two quotes it would stay open which was appraised. A host shows what it enrolled by; one that did so by its TPM may
 * show the guest that it runs in beside it, but not a virtual TPM of Azure's beside its own.
 */
export function checkItems(items: Collection, enrolledBy: 'tpm' | 'tee', checks: CheckList): FoundItems {
  const others = [...items.values()].filter(({ label }) => label !== BINDING_LABEL);
  const unknown = others.filter(({ mediaType }) => stageOf(mediaType) === undefined);
  checks.expect(
    'bundle.items.known',
    unknown.length === 0,
    'items of accepted media types',
    unknown.length === 0
      ? 'all known'
      : unknown.map(({ label, mediaType }) => `${label}: ${mediaType}`).join(', '),
  );
  const quotes = others.filter(({ mediaType }) => mediaType === TPM_QUOTE_MEDIA_TYPE);
  const tees = others.filter(({ mediaType }) => TEE_MEDIA_TYPES.includes(mediaType));
  const hosts = enrolledBy === 'tpm' ? ofTpmHost(quotes, tees, checks) : ofTeeHost(quotes, tees, checks);
  return { ...hosts, devices: devicesAmong(others, checks), inventory: inventoryAmong(others, checks) };
}

function devicesAmong(items: readonly Item[], checks: CheckList): readonly Item[] {
  const devices = items.filter(({ mediaType }) => NVIDIA_MEDIA_TYPES.includes(mediaType));
  if (devices.length === 0) return devices;
  const [few, expected] = [devices.length <= MAX_DEVICES, `at most ${MAX_DEVICES} GPUs and switches`];
  return checks.expect('bundle.items.devices', few, expected, `${devices.length}`) ? devices : [];
}

function inventoryAmong(items: readonly Item[], checks: CheckList): Item | null {
  const [inventory, ...more] = items.filter(({ mediaType }) => mediaType === INVENTORY_MEDIA_TYPE);
  if (inventory === undefined) return null;
  const actual = `${1 + more.length}`;
  return checks.expect('bundle.items.inventory', more.length === 0, 'at most one inventory', actual)
    ? inventory
    : null;
}

type HostItems = Omit<FoundItems, 'devices' | 'inventory'>;

function ofTpmHost(quotes: readonly Item[], tees: readonly Item[], checks: CheckList): HostItems {
  const [quote = null] = quotes;
  const [tee = null] = tees;
  const single = checks.expect(
    'bundle.items.tpm',
    quotes.length === 1,
    'exactly one TPM quote',
    `${quotes.length}`,
  );
  const fits = tees.length <= 1 && tee?.mediaType !== AZURE_CVM_MEDIA_TYPE;
  checks.expect('bundle.items.tee', fits, 'at most one TDX quote or SNP report', shown(tees));
  return { tpm: single ? quote : null, tee: fits ? tee : null };
}

function ofTeeHost(quotes: readonly Item[], tees: readonly Item[], checks: CheckList): HostItems {
  const [tee = null] = tees;
  const single = checks.expect(
    'bundle.items.tee',
    tees.length === 1,
    "exactly one item of the host's TEE",
    shown(tees),
  );
  checks.expect('bundle.items.tpm', quotes.length === 0, 'none: no TPM was enrolled', `${quotes.length}`);
  return { tpm: null, tee: single ? tee : null };
}

function shown(items: readonly Item[]): string {
  return items.length === 0
    ? 'none'
    : items.map(({ label, mediaType }) => `${label}: ${mediaType}`).join(', ');
}
