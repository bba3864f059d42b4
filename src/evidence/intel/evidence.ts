import type { IntelVerdict } from './verdict.ts';

/** SGX REPORT body (Intel SDM vol. 3D, 37.15), 384 bytes. */
export type EnclaveReport = {
  readonly cpuSvn: Uint8Array;
  readonly miscSelect: number;
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
};

/** TD REPORT body of a quote: TD 1.0 has 584 bytes, TD 1.5 adds the last two fields. Lengths in bytes stand beside. */
export type TdReport = {
  /** 16 */ readonly teeTcbSvn: Uint8Array;
  /** 48 */ readonly mrSeam: Uint8Array;
  /** 48 */ readonly mrSignerSeam: Uint8Array;
  /** 8 */ readonly seamAttributes: Uint8Array;
  /** Little-endian in the quote. */
  readonly tdAttributes: bigint;
  /** Little-endian in the quote. */
  readonly xfam: bigint;
  /** 48 */ readonly mrTd: Uint8Array;
  /** 48 */ readonly mrConfigId: Uint8Array;
  /** 48 */ readonly mrOwner: Uint8Array;
  /** 48 */ readonly mrOwnerConfig: Uint8Array;
  /** Four of 48. */
  readonly rtMr: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  /** 64 */ readonly reportData: Uint8Array;
  /** 16; null in TD 1.0. */ readonly teeTcbSvn2: Uint8Array | null;
  /** 48; null in TD 1.0. */ readonly mrServiceTd: Uint8Array | null;
};

/** What the PCK certificate says of the platform. Every guest of one machine shares it: it names no host. */
export type PckIdentity = {
  /** 6 bytes, lower-case hexadecimal. */
  readonly fmspc: string;
  /** 2 bytes, lower-case hexadecimal. */
  readonly pceId: string;
  /** Who issued it: decides which CRL counts. */
  readonly ca: 'platform' | 'processor';
  /** 16 bytes, lower-case hexadecimal; null where absent or all zero. */
  readonly ppid: string | null;
  /** 16 bytes, lower-case hexadecimal; null where absent or all zero (multi-package platforms alone have one). */
  readonly piid: string | null;
};

type Common = {
  /** 3, 4 or 5. */
  readonly quoteVersion: number;
  readonly pck: PckIdentity;
  readonly verdict: IntelVerdict;
  /** The earliest end of any certificate or collateral that verification rested on. */
  readonly validUntil: Date;
};

/** A quote whose signatures, chain, dates, revocation and collateral hold. Whether its state is a good one is appraisal's. */
export type TdxEvidence = Common & { readonly tee: 'tdx'; readonly report: TdReport };
export type SgxEvidence = Common & { readonly tee: 'sgx'; readonly report: EnclaveReport };
export type IntelEvidence = TdxEvidence | SgxEvidence;
