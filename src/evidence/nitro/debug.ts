import type { NitroDocument } from './document.ts';

/** Enclave image, kernel and boot ramdisk, application. The others are zero in many sound enclaves. */
const IMAGE_PCRS = [0, 1, 2] as const;

/**
 * Which of PCR0 to PCR2 are zero or absent. AWS zeroes the registers of an enclave in debug mode, whose console its parent
 * instance reads: whatever secret it is given must count as told.
 */
export function unmeasured({ pcrs }: NitroDocument): number[] {
  return IMAGE_PCRS.filter((index) => (pcrs.get(index) ?? NOTHING).every((byte) => byte === 0));
}

const NOTHING = new Uint8Array();
