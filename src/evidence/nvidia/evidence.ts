import type { FwidVerdict } from './fwid.ts';
import type { NvidiaChip } from './generation.ts';
import type { SpdmReport } from './spdm-report.ts';
import type { NvidiaClaims } from './versions.ts';

/**
 * What one report proves: that this chip, with this firmware, answered this nonce. Not in which host it sits: until the
 * CPU's TEE and the device trust each other (TDISP) a report can be relayed from elsewhere.
 */
export type NvidiaEvidence = {
  readonly report: SpdmReport;
  readonly claims: NvidiaClaims;
  readonly chip: NvidiaChip;
  /** The common name of certificate 1: EAT's hwmodel, as in `GH100 A01 GSP BROM`. */
  readonly model: string;
  /**
   * SHA-256 of the key in certificate 1, which NVIDIA issued to this very chip: what a device is known by (`chipIdentity`). The
   * leaf below it changes with firmware.
   */
  readonly identity: string;
  /** The leaf's serial number, decimal: EAT's ueid as NVIDIA writes it. */
  readonly ueid: string;
  readonly fwid: Exclude<FwidVerdict, 'mismatch'>;
  /** Of the chip and the CAs above it; whether the leaf was spoken of stands in the findings. */
  readonly revocationChecked: boolean;
  /** The first end among the chain's certificates and, where they were asked, the OCSP responses. */
  readonly validUntil: Date;
};
