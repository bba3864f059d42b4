/** What vendors publish about platforms, each kind with one form of name. */
export const COLLATERAL_KINDS = [
  /** `<tdx|sgx>/<fmspc>/<channel>` */
  'intel-tcb-info',
  /** `<tdx|sgx>/<channel>` */
  'intel-qe-identity',
  /** `root` */
  'intel-root-crl',
  /** `platform` or `processor` */
  'intel-pck-crl',
  /** `tdx` or `sgx`: which evaluations Intel serves now */
  'intel-evaluations',
  /** `<product>/<hwid>/<tcb>` */
  'amd-vcek',
  /** `<vcek|vlek>/<product>` */
  'amd-chain',
  /** `<vcek|vlek>/<product>` */
  'amd-crl',
  /** The RIM id */
  'nvidia-rim',
  /** SHA-256 of the certificate that it is about; its chain, itself first, is kept beside the response */
  'nvidia-ocsp',
  /** `nras`: keys of NVIDIA's attestation service, which nobody signs */
  'nvidia-jwks',
] as const;
export type CollateralKind = (typeof COLLATERAL_KINDS)[number];

/** Which document: two documents with one key are two versions of it. */
export type CollateralKey = { readonly kind: CollateralKind; readonly name: string };

/** What is known of a document besides its bytes. */
export type CollateralMetadata = {
  readonly key: CollateralKey;
  /** SHA-256 of the document as received, lower-case hexadecimal. */
  readonly sha256: string;
  /** The same of the chain that came with it; null where none does. */
  readonly chainSha256: string | null;
  /** When it was received, or imported. */
  readonly fetchedAt: Date;
  /** issueDate, thisUpdate or notBefore; null for a chain, which holds several, and for what says none. */
  readonly issuedAt: Date | null;
  /** From then on it counts for nothing; null for certificates, which say themselves how long they are valid. */
  readonly nextUpdate: Date | null;
  /** tcbEvaluationDataNumber; null for everything but Intel's TCB Info and identities. */
  readonly evaluationNumber: number | null;
  /** The URL that it came from, or `import`. */
  readonly source: string;
};

/** One version of a document, with the chain of its signer where the vendor sends one along (PEM, as received). */
export type CollateralDocument = CollateralMetadata & {
  readonly body: Uint8Array;
  readonly chain: Uint8Array | null;
};

/**
 * The newest version of something that was ever seen *authentic*, by a number that its maker never lowers: an evaluation
 * number, or a CRL's thisUpdate in milliseconds since 1970.
 */
export type HighWaterMark = {
  /** What is counted, e.g. `intel-tcb-info/tdx/90c06f000000/standard`, and under which root. */
  readonly line: string;
  /** A safe integer, zero or more. */
  readonly value: number;
};

/**
 * Where documents are kept between fetches, and over restarts. Adapters hand out exactly the bytes that were put in, or
 * nothing: what was damaged on disk is absent. Nothing in a cache is trusted: whoever loads a document judges it again.
 */
export type CollateralCache = {
  get(key: CollateralKey): Promise<CollateralDocument | null>;
  /**
   * Durable when it resolves; replaces the whole version at once, document and chain.
   * @throws CollateralError `collateral_too_large`
   */
  put(document: CollateralDocument): Promise<void>;
  /** All of a kind, or all; without their bytes. */
  list(kind?: CollateralKind): Promise<readonly CollateralMetadata[]>;
  /** 0 where nothing was ever seen. */
  highWater(line: string): Promise<number>;
  /** Raises a mark, never lowers it; durable when it resolves. */
  raise(mark: HighWaterMark): Promise<void>;
  /** Frees what no version refers to any more. */
  sweep(): Promise<void>;
};

/** One string for a key: for maps, messages and the names of marks. */
export function keyText({ kind, name }: CollateralKey): string {
  return `${kind}/${name}`;
}

/** What happens to collateral, for the operator's log. Reasons never hold secrets: nothing here is one. */
export type CollateralEvent = {
  readonly event: /** A new version was fetched, judged and stored. */
    | 'collateral.stored'
    /** What was fetched is not newer than what is held. */
    | 'collateral.unchanged'
    /** A fetch failed, or its answer was refused; `code` says how. */
    | 'collateral.refused'
    /** A stored version could not be used: damaged, below the mark, no longer authentic under today's roots. */
    | 'collateral.dropped';
  readonly key: string;
  readonly code?: string;
  readonly reason?: string;
};

export type CollateralLog = (event: CollateralEvent) => void;
