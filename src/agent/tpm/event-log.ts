import { MAX_LOG_BYTES, MAX_LOGS_BYTES } from '../../evidence/bundle/tpm-item.ts';
import { type LogFile, readLogFile } from '../log-file.ts';

/** The kernel's copy of the firmware's log (TCG PC Client Platform Firmware Profile, section 10). */
export const EVENT_LOG_PATH = '/sys/kernel/security/tpm0/binary_bios_measurements';
/** The files that Linux measured into PCR 10 (Documentation/security/IMA-templates.rst). */
export const IMA_LOG_PATH = '/sys/kernel/security/ima/binary_runtime_measurements';

/** What explains the registers of a quote. The quote stands without either, and a verifier says what it could not explain. */
export type HostLogs = {
  readonly eventLog: LogFile;
  /** Null where nobody asked: PCR 10 is not quoted. */
  readonly imaLog: LogFile | null;
};

/**
 * The event log, or null where there is none, where only root may read it, or where it is larger than a bundle carries.
 */
export async function readEventLog(path: string): Promise<Uint8Array | null> {
  return (await readLogFile(path)).log;
}

/**
 * Both logs, each with the reason where it is not to be had. Read after the quote: IMA's goes on growing, and a log that is
 * too short explains nothing.
 * @param paths of both; null: PCR 10 is not quoted, and IMA's log would explain nothing
 */
export async function readHostLogs(paths: {
  readonly eventLog: string;
  readonly imaLog: string | null;
}): Promise<HostLogs> {
  const eventLog = await readLogFile(paths.eventLog, MAX_LOG_BYTES);
  if (paths.imaLog === null) return { eventLog, imaLog: null };
  const room = Math.min(MAX_LOG_BYTES, MAX_LOGS_BYTES - (eventLog.log?.length ?? 0));
  return { eventLog, imaLog: await readLogFile(paths.imaLog, room) };
}
