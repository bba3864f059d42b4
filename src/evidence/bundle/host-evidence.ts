import type { Binding } from '../../protocol/session.ts';
import type { ExplainedLog } from '../eventlog/compare.ts';
import type { ExplainedIma } from '../eventlog/ima/explain.ts';
import type { TeeEvidence } from '../tee.ts';
import type { PcrBanks } from '../tpm/pcrs.ts';
import type { TpmQuote } from '../tpm/verify.ts';
import type { BundleDevice } from './devices.ts';
import type { EventLogStanding } from './event-log.ts';
import type { InventoryItem } from './inventory-item.ts';

/**
 * One submission, authentic: made for this session, by this host's enrolled attestation key, in one piece. It says what
 * state the host was in at some instant after the nonce was issued, not whether that state is a good one.
 */
export type HostEvidence = {
  readonly binding: Binding;
  /** Null where the host has none that it enrolled with. */
  readonly tpm: HostTpm | null;
  /** Null where the host runs in no confidential guest, or does not show it. */
  readonly tee: TeeEvidence | null;
  /** PCRs of a virtual TPM whose key `tee` vouches for, quoted for this session; null where there is none. */
  readonly vtpm: {
    readonly pcrs: PcrBanks /** The earliest end of any certificate in between. */;
    readonly validUntil: Date;
  } | null;
  /** Whether the log beside the TEE's evidence explains its registers; it proves nothing beyond them. */
  readonly teeEventLog: EventLogStanding;
  /** The GPUs and switches of the bundle, each by itself: one that failed is there too, and proves nothing. */
  readonly devices: readonly BundleDevice[];
  /** What the host says of its GPUs, and nobody else: never proven. Null where it says nothing. */
  readonly inventory: InventoryItem | null;
  /** What was submitted, by content. */
  readonly items: readonly ItemName[];
};

export type HostTpm = {
  readonly quote: TpmQuote;
  /** Of the TPM; 0 where the quote does not prove it: see tpm/firmware-version.ts. */
  readonly firmwareVersion: bigint;
  /** Whether the event log explains the quoted PCRs; it proves nothing beyond them. */
  readonly eventLog: EventLogStanding;
  /** The log's events, of the registers that it explains; null where it explains none. */
  readonly bootLog: ExplainedLog | null;
  /** How the IMA log stands to PCR 10, and the entries that the quote vouches for. */
  readonly imaLog: EventLogStanding;
  readonly ima: ExplainedIma | null;
};

export type ItemName = { readonly label: string; readonly mediaType: string; readonly sha256: string };
