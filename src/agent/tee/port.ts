import type { LogFile } from '../log-file.ts';

/** Who answers behind configfs-tsm: the name of a driver in Linux. */
export type TsmProvider = 'tdx_guest' | 'sev_guest';

export type TsmReport = {
  readonly provider: TsmProvider;
  /** A TD quote, padding included, or an ATTESTATION_REPORT: over the 64 bytes that were asked for. */
  readonly outblob: Uint8Array;
  /** SEV-SNP: the host's certificate table, as it is; null where the host gave none, and always for TDX. */
  readonly auxblob: Uint8Array | null;
};

/** A confidential guest's own hardware, as the agent asks it. Every method throws AgentError with a code of `DeviceCode`. */
export interface ConfidentialGuest {
  /** Who would answer; null where this machine is no such guest. @throws AgentError `tee_permission`, `tee_provider_unknown` */
  provider(): Promise<TsmProvider | null>;
  /** @param reportData 64 bytes, which the hardware signs with everything else */
  report(reportData: Uint8Array): Promise<TsmReport>;
  /** TDX: the event log of the ACPI table CCEL; null and the reason where it is not to be had. */
  readEventLog(): Promise<LogFile>;
}
