import { hash } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import type { HashName } from '../tpm/algorithms.ts';

/** The part of an event's data that its digest is of, and what stands before it in the log and is not measured. */
export type MeasuredData = {
  readonly bytes: Uint8Array;
  /** The host's word for what was measured, such as `kernel_cmdline`; null where all of the data was. */
  readonly label: string | null;
};

/**
 * What GRUB writes before the text that it measures (grub-core/commands/tpm.c, and Red Hat's older form without the colon).
 * The text alone is hashed: nobody may rely on which of these words stands there.
 */
const LABELS = ['kernel_cmdline', 'grub_cmd', 'module_cmdline', 'grub_kernel_cmdline'] as const;
const PREFIXES = LABELS.flatMap((label) =>
  [`${label}: `, `${label} `].map((text) => ({ label, bytes: Buffer.from(text, 'latin1') })),
);

/** systemd-stub's names of sections, in UTF-16: measured in ASCII with their zero. */
const MAX_NAME_BYTES = 64;

/**
 * Finds what of `data` hashes to `digest`: the whole; the whole without a last octet, which shim before 15.3 appended to
 * its authorities (rhboot/shim 8a27a48) and GRUB as a zero; GRUB's text without its label; or a section's name. Null where
 * nothing does, and the data are then whatever the host wrote there.
 */
export function measuredData(data: Uint8Array, digest: Uint8Array, bank: HashName): MeasuredData | null {
  const isOf = (bytes: Uint8Array): boolean => equalBytes(hash(bank, bytes, 'buffer'), digest);
  if (isOf(data)) return { bytes: data, label: null };
  if (data.length === 0) return null;
  const prefix = PREFIXES.find(({ bytes }) => startsWith(data, bytes));
  if (prefix !== undefined) {
    const text = data.subarray(prefix.bytes.length);
    const found = [text, withoutLast(text)].find(isOf);
    return found === undefined ? null : { bytes: found, label: prefix.label };
  }
  const shorter = withoutLast(data);
  if (isOf(shorter)) return { bytes: shorter, label: null };
  const name = asciiName(data);
  return name !== null && isOf(name) ? { bytes: name, label: 'section' } : null;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, prefix.length), prefix);
}

function withoutLast(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.max(0, bytes.length - 1));
}

/** ".linux" in UTF-16 with its zero, as ASCII with its zero. */
function asciiName(data: Uint8Array): Uint8Array | null {
  if (data.length > MAX_NAME_BYTES || data.length % 2 !== 0 || data[0] !== 0x2e) return null;
  if (data.some((octet, index) => index % 2 === 1 && octet !== 0)) return null;
  return data.filter((_, index) => index % 2 === 0);
}
