import type { SnpCertificateNeed } from '../evidence/amd/needs.ts';
import type { IntelCollateral } from '../evidence/intel/collateral.ts';
import type { PckIdentity } from '../evidence/intel/evidence.ts';
import type { CertifiedPath } from '../pki/index.ts';
import type { CollateralError } from './errors.ts';
import type { CollateralDocument, CollateralMetadata } from './port.ts';

/** What a quote needs: read it from the quote's own, verified PCK chain. */
export type IntelNeed = { readonly tee: 'tdx' | 'sgx' } & Pick<PckIdentity, 'fmspc' | 'ca'>;

/** What a report needs, as `snpCertificateNeeds` reads it. A VLEK comes with the evidence: only its chain is published. */
export type SnpNeed = SnpCertificateNeed;

export type FetchLimits = {
  /** How long the caller can wait; 15 s unless given. What is under way goes on without him and fills the cache. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /**
   * On whose behalf, e.g. a tenant: where requests queue, lanes take turns, so that one tenant's fleet (or its made-up chips) keeps
   * nobody else waiting.
   */
  readonly lane?: string;
  /** Ask the vendor though the cache has a current version: `sextant collateral fetch` does. */
  readonly renew?: boolean;
};

/** All that Intel publishes about a platform, and where each piece comes from. */
export type IntelCollateralSet = IntelCollateral & {
  readonly provenance: readonly CollateralMetadata[];
  /** The earliest nextUpdate. */
  readonly validUntil: Date;
};

/** One evaluation of TCB data: the state of Intel's knowledge after a recovery event. */
export type IntelEvaluations = {
  /** The newest first. `early` is the first of them; `standard` becomes a newer one on a day that Intel does not publish. */
  readonly evaluations: readonly {
    /** tcbEvaluationDataNumber */
    readonly number: number;
    /** When Intel first published it. */
    readonly recoveryEventDate: Date;
    readonly tcbDate: Date;
  }[];
  readonly provenance: CollateralMetadata;
};

/** DER: VCEK (not for a VLEK), ASK or ASVK, ARK. */
export type SnpCertificates = {
  readonly certificates: readonly Uint8Array[];
  readonly provenance: readonly CollateralMetadata[];
};

/** DER. */
export type SnpCrl = {
  readonly crl: Uint8Array;
  readonly provenance: CollateralMetadata;
  readonly validUntil: Date;
};

/** What NVIDIA's devices need. */
export type NvidiaNeed = {
  /** As NVIDIA's RIM service names manifests; each is asked for once. */
  readonly rimIds: readonly string[];
  /** Validated chains, leaf first: the status of every certificate is asked for. Devices of one host share the upper ones. */
  readonly paths: readonly CertifiedPath[];
};

/** Something that is not at hand, and why. */
export type NvidiaAbsence = {
  readonly what: 'manifest' | 'status';
  /** The RIM id, or the certificate's SHA-256; the RIM id too where it is the status of a signer that cannot be asked. */
  readonly name: string;
  readonly error: CollateralError;
};

export type NvidiaCollateralSet = {
  /** By RIM id: the manifest's XML. */
  readonly rims: ReadonlyMap<string, Uint8Array>;
  /** OCSPResponses in DER, of the chains that were given and of those that signed the manifests, whatever they answer. */
  readonly ocsp: readonly Uint8Array[];
  /** Everything that was asked for and is not in the above. */
  readonly absent: readonly NvidiaAbsence[];
  readonly provenance: readonly CollateralMetadata[];
};

/**
 * Vendors' documents for the service: from the cache while they are current, else from the vendor, by a deadline.
 *
 * What it hands out was authentic and current when it was handed out; a verifier checks both again all the same.
 * Every method that fetches throws CollateralError.
 */
export type CollateralSource = {
  intel(need: IntelNeed, limits?: FetchLimits): Promise<IntelCollateralSet>;
  /** Which evaluations can be named instead of `standard` and `early`. */
  evaluations(tee: IntelNeed['tee'], limits?: FetchLimits): Promise<IntelEvaluations>;
  snpCertificates(need: SnpNeed, limits?: FetchLimits): Promise<SnpCertificates>;
  snpCrl(need: Pick<SnpNeed, 'kind' | 'product'>, limits?: FetchLimits): Promise<SnpCrl>;
  /** Throws for nothing that is not at hand: it is named in `absent`. */
  nvidia(need: NvidiaNeed, limits?: FetchLimits): Promise<NvidiaCollateralSet>;
  /** The JWK Set of NVIDIA's attestation service, asked for anew where it lacks one of these kids. */
  nrasKeys(kids: readonly string[], limits?: FetchLimits): Promise<CollateralDocument>;
  /** Renews, a few at a time, what is due: to be called about once a minute. Never rejects; failures are in the report. */
  refreshDue(signal?: AbortSignal): Promise<RefreshReport>;
  /** For readiness and metrics; from memory alone. */
  status(): CollateralStatus;
};

export type RefreshReport = { readonly renewed: number; readonly failed: number; readonly due: number };

export const VENDORS = ['intel', 'amd', 'nvidia'] as const;
export type VendorName = (typeof VENDORS)[number];

export type CollateralStatus = {
  /** Of the vendor: whether the last requests succeeded. `unasked` where none was made since the start. */
  readonly vendors: Readonly<Record<VendorName, VendorStatus>>;
  /** Documents with a nextUpdate that are in use. */
  readonly documents: { readonly current: number; readonly due: number; readonly expired: number };
  /** The earliest nextUpdate of a current document; null where there is none. */
  readonly nextExpiry: Date | null;
};

export type VendorStatus = {
  readonly state: 'unasked' | 'reachable' | 'failing';
  readonly requests: number;
  readonly failures: number;
  /** Code of the last failure; null after a success. */
  readonly lastFailure: string | null;
  /** Requests that wait for their turn. */
  readonly queued: number;
};
