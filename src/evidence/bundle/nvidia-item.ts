import { z } from 'zod';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { parseItemJson, sizedBytes } from './item-fields.ts';

/** What a collector of one NVIDIA GPU or NVSwitch sends. One item is one device. */
export const NVIDIA_GPU_MEDIA_TYPE = 'application/vnd.sextant.nvidia-gpu+json';
export const NVIDIA_SWITCH_MEDIA_TYPE = 'application/vnd.sextant.nvidia-switch+json';
export const NVIDIA_MEDIA_TYPES: readonly string[] = [NVIDIA_GPU_MEDIA_TYPE, NVIDIA_SWITCH_MEDIA_TYPE];

/** An item of either type: unsigned packaging around what the device signs. */
export type NvidiaItem = {
  /** Request and response as the device signed them; the request's nonce is the commitment `gpu-nonce`. */
  readonly report: Uint8Array;
  /** DER, leaf first, each issued by the next; the root may be left out. */
  readonly certificates: readonly Uint8Array[];
};

/** What a driver said of the device beside its report. Nothing is taken from it: versions count as the device signs them. */
export type NvidiaItemParts = NvidiaItem & {
  readonly driverVersion?: string;
  readonly vbiosVersion?: string;
};

/** Above any report that is read, so that its own reader says what is wrong with it. */
const MAX_REPORT_BYTES = 1 << 15;
/** Genuine ones have 500 to 1,000 bytes. */
const MAX_CERTIFICATE_BYTES = 1 << 12;
/** Leaf, chip, two CAs and the root, and as many more as the chain's reader has to refuse. */
const MAX_CERTIFICATES = 8;
const MAX_PACKAGING_BYTES = 1 << 10;
const MAX_BINARY_BYTES = MAX_REPORT_BYTES + MAX_CERTIFICATES * MAX_CERTIFICATE_BYTES;
const MAX_ITEM_BYTES = Math.ceil((MAX_BINARY_BYTES * 4) / 3) + MAX_PACKAGING_BYTES;

const version = z.string().max(64).optional();
const schema = z.strictObject({
  report: z.string(),
  certificates: z.array(z.string()).min(1).max(MAX_CERTIFICATES),
  driverVersion: version,
  vbiosVersion: version,
});

/** @throws FormatError `bad_value`, `duplicate`, `too_long`, `budget_exceeded`, `not_canonical` */
export function parseNvidiaItem(bytes: Uint8Array): NvidiaItem {
  const limits = { maxBytes: MAX_ITEM_BYTES, maxDepth: 2, maxNodes: 32 };
  const { report, certificates } = parseItemJson(schema, bytes, 'nvidia', limits);
  return {
    report: sizedBytes(report, 'nvidia.report', MAX_REPORT_BYTES),
    certificates: certificates.map((text, index) =>
      sizedBytes(text, `nvidia.certificates.${index}`, MAX_CERTIFICATE_BYTES),
    ),
  };
}

/** The item's bytes, as {@link parseNvidiaItem} reads them. Collectors build their item with this. */
export function serialiseNvidiaItem({ report, certificates, ...said }: NvidiaItemParts): Uint8Array {
  const json = JSON.stringify({
    report: toBase64Url(report),
    certificates: certificates.map(toBase64Url),
    ...said,
  });
  return toUtf8(json, 'nvidia');
}
