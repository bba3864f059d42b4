import type { Budget } from '../bytes/budget.ts';
import type { AlgorithmPolicy } from './algorithm-policy.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { BasicOcspResponse } from './ocsp.ts';
import type { Profile } from './profile.ts';
import type { RevocationFailure } from './revocation-failure.ts';
import type { RevocationReason } from './revocation-reason.ts';
import type { TrustAnchor } from './trust-anchor.ts';

/** A certificate on its validated way up: itself first, then each issuer, without the anchor. */
export type CertifiedPath = { readonly chain: readonly Certificate[]; readonly anchor: TrustAnchor };

/** Whoever holds a key that signs: a CA of the path, the anchor, or a certificate at hand. */
export type KeyHolder = Pick<TrustAnchor, 'name' | 'publicKey' | 'certificate'>;

/** A CRL or OCSP response on which a verdict rests. */
export type RevocationSource = {
  readonly kind: 'crl' | 'ocsp';
  readonly sha256: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
};

/** What one kind of source says of one certificate. */
export type RevocationFinding =
  | { readonly status: 'good'; readonly sources: readonly RevocationSource[]; readonly freshUntil: Date }
  | {
      readonly status: 'revoked';
      readonly reason: RevocationReason;
      readonly revokedAt: Date;
      readonly sources: readonly RevocationSource[];
    }
  | { readonly status: 'unknown'; readonly failures: readonly RevocationFailure[] };

/** Everything that one call of `verifyRevocation` judges with, the same for each certificate. */
export type RevocationContext = {
  readonly at: Date;
  readonly skewMs: number;
  readonly algorithms: AlgorithmPolicy;
  readonly crlProfile: Profile;
  readonly budget: Budget;
  /** Complete CRLs, the newest first, so that an older one that is still in date cannot speak before it. */
  readonly crls: readonly Crl[];
  /** Delta CRLs, the highest number first. */
  readonly deltas: readonly Crl[];
  readonly responses: readonly BasicOcspResponse[];
  /** Inputs that could not be read at all: they count against every certificate. */
  readonly unreadable: readonly RevocationFailure[];
  /** Certificates that may issue CRLs or answer for a CA; trusted for nothing. */
  readonly certificates: readonly Certificate[];
  /** By SHA-256 of a certificate: the nonce that a response for it must carry. */
  readonly nonces: ReadonlyMap<string, Uint8Array>;
  readonly ocspAheadMs: number;
  readonly ocspMaxAgeMs: number | null;
  readonly ocspNextUpdateRequired: boolean;
  /** SHA-256 of the CRL issuers whose own status is being sought: the guard against endless recursion. */
  readonly pending: ReadonlySet<string>;
  /** Errors of signature and path checks already done, undefined where they held: chains share their CRLs. */
  readonly outcomes: Map<string, unknown>;
  /** The status of a CRL issuer or responder is sought in turn by the same rules. */
  readonly statusByCrl: (path: CertifiedPath, index: number, context: RevocationContext) => RevocationFinding;
};

/** Runs a check once for each `key`, and throws its error each time. */
export function once({ outcomes }: RevocationContext, key: string, check: () => void): void {
  if (!outcomes.has(key)) outcomes.set(key, errorOf(check));
  const error = outcomes.get(key);
  if (error !== undefined) throw error;
}

function errorOf(check: () => void): unknown {
  try {
    check();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The issuer of the certificate at `index`: the next of the path, or the anchor. */
export function issuerAt({ chain, anchor }: CertifiedPath, index: number): KeyHolder {
  const certificate = chain[index + 1];
  return certificate === undefined ? anchor : holderOf(certificate);
}

export function holderOf(certificate: Certificate): KeyHolder {
  return { name: certificate.subject, publicKey: certificate.publicKey, certificate };
}
