/** The lines of EPYC processors that report, by their chains of certificates. Siena and Bergamo go with Genoa. */
export const SNP_PRODUCTS = ['Milan', 'Genoa', 'Turin'] as const;
export type SnpProduct = (typeof SNP_PRODUCTS)[number];

/** One TCB version taken apart by the layout of its CPU family. */
export type TcbVersion = {
  /** Turin alone has one. */
  readonly fmc: number | null;
  readonly bootLoader: number;
  readonly tee: number;
  readonly snp: number;
  readonly microcode: number;
};

/** ATTESTATION_REPORT (AMD 56860, table 23), 1,184 bytes, little-endian; field names in camel case. */
export type SnpReport = {
  readonly version: number;
  readonly guestSvn: number;
  readonly policy: bigint;
  /** 16 bytes. */ readonly familyId: Uint8Array;
  /** 16 bytes. */ readonly imageId: Uint8Array;
  readonly vmpl: number;
  readonly platformInfo: bigint;
  readonly authorKeyEnabled: boolean;
  readonly chipKeyMasked: boolean;
  readonly signingKey: 'vcek' | 'vlek';
  /** 64 bytes. */ readonly reportData: Uint8Array;
  /** 48 bytes. */ readonly measurement: Uint8Array;
  /** 32 bytes. */ readonly hostData: Uint8Array;
  /** 48 bytes. */ readonly idKeyDigest: Uint8Array;
  /** 48 bytes. */ readonly authorKeyDigest: Uint8Array;
  /** 32 bytes. */ readonly reportId: Uint8Array;
  /** 32 bytes. */ readonly reportIdMa: Uint8Array;
  /** Family, model and stepping; null in version 2, which has none. */
  readonly cpu: { readonly family: number; readonly model: number; readonly stepping: number } | null;
  /** 64 bytes, zero when masked or under a VLEK. */
  readonly chipId: Uint8Array;
  readonly currentTcb: TcbVersion;
  readonly reportedTcb: TcbVersion;
  readonly committedTcb: TcbVersion;
  readonly launchTcb: TcbVersion;
  readonly currentVersion: { readonly major: number; readonly minor: number; readonly build: number };
  readonly committedVersion: { readonly major: number; readonly minor: number; readonly build: number };
  /** Version 5 alone. */
  readonly launchMitVector: bigint | null;
  readonly currentMitVector: bigint | null;
};

/** A report whose signature and chain hold. Whether its state is a good one is appraisal's question. */
export type SnpEvidence = {
  readonly tee: 'snp';
  readonly product: SnpProduct;
  readonly report: SnpReport;
  /** Lower-case hexadecimal; null where zero (masked, or under a VLEK): shared by all guests of a chip, it names no host. */
  readonly chipId: string | null;
  /** CSP_ID of a VLEK; null under a VCEK. */
  readonly cspId: string | null;
  /** Whether an authentic, current CRL of the product's ARK was asked about the intermediate. */
  readonly revocationChecked: boolean;
  /** The earliest end of any certificate or CRL that verification rested on. */
  readonly validUntil: Date;
};
