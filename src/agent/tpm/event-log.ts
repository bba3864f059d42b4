import { readLogFile } from '../log-file.ts';

/** The kernel's copy of the firmware's log (TCG PC Client Platform Firmware Profile, section 10). */
export const EVENT_LOG_PATH = '/sys/kernel/security/tpm0/binary_bios_measurements';

/**
 * The event log, or null where there is none, where only root may read it, or where it is larger than a bundle carries:
 * the quote stands without it, and a verifier says what it could not explain.
 */
export async function readEventLog(path: string): Promise<Uint8Array | null> {
  return (await readLogFile(path)).log;
}
