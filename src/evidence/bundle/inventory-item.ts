import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { toUtf8 } from '../../bytes/text.ts';
import { parseItemJson } from './item-fields.ts';

/** What a host says of its GPUs beyond what they sign themselves: labelled `inventory`, at most one in a bundle. */
export const INVENTORY_MEDIA_TYPE = 'application/vnd.sextant.inventory+json';
export const INVENTORY_LABEL = 'inventory';

/** Why a GPU is only reported: its own evidence is not in the bundle. */
export const UNATTESTED_CODES = [
  /** It could attest, in another mode. */
  'gpu_mode',
  /** No firmware of its generation makes reports, or none outside the mode that it is not in. */
  'gpu_generation',
  /** The collector is not installed, or the library that it needs. */
  'tool_missing',
  /** The collector may not ask: it needs root. */
  'gpu_permission',
  /** It did not answer in time. */
  'gpu_timeout',
  /** Any other failure of collector or driver. */
  'gpu_failed',
  /** The agent was told to collect no evidence of GPUs. */
  'not_asked',
] as const;
export type UnattestedCode = (typeof UNATTESTED_CODES)[number];

/** Visible characters of one line: it is shown to people. */
const said = (most: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[ -~]+$/);

const reportedGpu = z.strictObject({
  index: z.int().min(0).max(255),
  uuid: said(96),
  name: said(96),
  /** The board's, as licences name devices; null where the driver knows none. */
  serial: said(64).nullable(),
  pciBusId: said(32),
  driverVersion: said(64),
  vbiosVersion: said(64).nullable(),
  /** `9.0` for Hopper, `10.0` for Blackwell; null where the driver does not say. */
  computeCapability: said(16).nullable(),
  /** Label of the item that is its own evidence, by the host's word; null where there is none. */
  evidence: said(64).nullable(),
  unattested: z.strictObject({ code: z.enum(UNATTESTED_CODES), detail: said(300) }).nullable(),
});

const schema = z.strictObject({
  v: z.literal(1),
  /** Of the whole host, as its driver says it; null where it does not. */
  confidentialComputing: z
    .strictObject({
      state: z.enum(['on', 'off', 'devtools']).nullable(),
      multiGpu: z.enum(['none', 'protected-pcie']).nullable(),
      ready: z.boolean().nullable(),
    })
    .nullable(),
  gpus: z.array(reportedGpu).min(1).max(64),
});

export type ReportedGpu = z.infer<typeof reportedGpu>;

/**
 * The item `application/vnd.sextant.inventory+json`: the host's own word. The TPM's quote or the TEE's report commits to it,
 * which proves that this host said so, and not that it is true.
 */
export type InventoryItem = z.infer<typeof schema>;

const MAX_ITEM_BYTES = 1 << 16;

/**
 * One GPU stands once, and so does each piece of evidence.
 *
 * @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`
 */
export function parseInventoryItem(bytes: Uint8Array): InventoryItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 5, maxNodes: 1024 };
  const item = parseItemJson(schema, bytes, 'inventory', limits);
  refuseTwice(item.gpus.map(({ uuid }) => uuid));
  refuseTwice(item.gpus.flatMap(({ evidence }) => evidence ?? []));
  return item;
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new FormatError('duplicate', `${twice} stands twice`, { path: 'inventory.gpus', actual: twice });
}

/** The item's bytes, as {@link parseInventoryItem} reads them. Collectors build their item with this. */
export function serialiseInventoryItem(item: InventoryItem): Uint8Array {
  return toUtf8(JSON.stringify(item), 'inventory');
}
