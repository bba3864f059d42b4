import { open } from 'node:fs/promises';

/** The kernel's copy of the firmware's log (TCG PC Client Platform Firmware Profile, section 10). */
export const EVENT_LOG_PATH = '/sys/kernel/security/tpm0/binary_bios_measurements';

/** What the item of a bundle can carry (tpm-item.ts). */
const MAX_EVENT_LOG_BYTES = 1 << 18;

/**
 * The event log, or null where there is none, where only root may read it, or where it is larger than a bundle carries:
 * the quote stands without it, and a verifier says what it could not explain.
 */
export async function readEventLog(path: string): Promise<Uint8Array | null> {
  try {
    await using file = await open(path, 'r');
    // securityfs reports a size of zero: read to the end or to the ceiling.
    const buffer = Buffer.alloc(MAX_EVENT_LOG_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
      if (length > MAX_EVENT_LOG_BYTES) return null;
    }
    return length === 0 ? null : new Uint8Array(buffer.subarray(0, length));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
