import { FormatError, SextantError } from '../bytes/errors.ts';
import { SignatureError } from './pki-error.ts';

/**
 * Why a revocation list or an OCSP response could not settle the status of a certificate, from the least telling to the
 * most: of several failures, the one that stands last here says most about what to mend.
 */
export const REVOCATION_CODES = [
  /** Nothing was given that could speak of the certificate. */
  'revocation_data_missing',
  /** A responder's refusal (tryLater, unauthorized, …): unsigned, so it proves nothing. */
  'ocsp_refused',
  /** The response speaks of other certificates: digests of issuer name and key, or the serial number, differ. */
  'ocsp_other_certificate',
  /** The CRL is another issuer's. */
  'crl_other_issuer',
  /** A delta CRL without a complete CRL that it continues (RFC 5280, 5.2.4). */
  'crl_delta_without_base',
  /** The CRL covers other certificates of this issuer (5.2.5, 6.3.3 (b)). */
  'crl_out_of_scope',
  /** Bytes that are no CRL. */
  'crl_malformed',
  /** Bytes that are no OCSP response. */
  'ocsp_malformed',
  /** The CRL is well signed, but for some reasons for revocation only, and no other CRL covers the rest. */
  'crl_reasons_incomplete',
  'crl_expired',
  'crl_not_yet_valid',
  /** The CRL says nothing of when the next one comes, so nothing says that it is fresh. */
  'crl_next_update_missing',
  'ocsp_expired',
  'ocsp_not_yet_valid',
  /** The response says nothing of when it grows old, and the caller set no greatest age. */
  'ocsp_next_update_missing',
  /** A critical extension of the CRL or of one of its entries is not understood (5.2, 5.3). */
  'crl_extension_unknown',
  'ocsp_extension_unknown',
  /** The CRL departs from RFC 5280, section 5, and the caller demands the profile. */
  'crl_profile_violated',
  /** The response carries no nonce, and the caller demands its own. */
  'ocsp_nonce_missing',
  'ocsp_nonce_mismatch',
  /** Nobody who may sign for this issuer has the key that the CRL names, or none at all was found. */
  'crl_issuer_unknown',
  /** The CRL's issuer has a key usage without cRLSign (6.3.3 (f)). */
  'crl_issuer_may_not_sign',
  /** The certificate of the CRL's issuer has no valid path to the same anchor (6.3.3 (f)). */
  'crl_issuer_path_invalid',
  /** The certificate of the CRL's issuer is itself revoked. */
  'crl_issuer_revoked',
  /** Whether the certificate of the CRL's issuer is revoked is not known. */
  'crl_issuer_status_unknown',
  /** Neither the issuer nor a certificate at hand is the responder that the response names. */
  'ocsp_responder_unknown',
  /** The responder's certificate was not issued by the issuer, or not for OCSP signing (RFC 6960, 4.2.2.2). */
  'ocsp_responder_unauthorized',
  'ocsp_responder_expired',
  'ocsp_responder_revoked',
  /** The responder's certificate is neither marked as needing no check nor known to be unrevoked. */
  'ocsp_responder_status_unknown',
  /** The algorithm or the key is not one that the algorithm policy admits. */
  'crl_algorithm_refused',
  'ocsp_algorithm_refused',
  'crl_signature_invalid',
  'ocsp_signature_invalid',
  /** An authentic answer of the authority: it does not know the certificate. */
  'ocsp_status_unknown',
  /** Signatures or list entries are spent: nothing is proven either way. */
  'budget_exceeded',
] as const;

export type RevocationCode = (typeof REVOCATION_CODES)[number];

/** One attempt that failed. */
export type RevocationFailure = {
  readonly code: RevocationCode;
  /** For people; may be reworded at any time. */
  readonly message: string;
  /** SHA-256 of the CRL or OCSP response; null where it could not be read, or none is meant. */
  readonly source: string | null;
};

/** Thrown within this room, where a source turns out to be of no use; callers get it as a {@link RevocationFailure}. */
export class RevocationRefusal extends SextantError<RevocationCode> {}

const RANKS: ReadonlyMap<RevocationCode, number> = new Map(
  REVOCATION_CODES.map((code, rank) => [code, rank]),
);

/** The code that says most; `revocation_data_missing` if there is none. */
export function mostTelling(failures: readonly RevocationFailure[]): RevocationCode {
  const rank = (code: RevocationCode): number => RANKS.get(code) ?? 0;
  return failures.reduce<RevocationCode>(
    (best, { code }) => (rank(code) > rank(best) ? code : best),
    'revocation_data_missing',
  );
}

/** What to report of an error that an attempt with `source` ended in; errors that are none of ours pass through. */
export function failureOf(error: unknown, kind: 'crl' | 'ocsp', source: string | null): RevocationFailure {
  if (error instanceof RevocationRefusal) return { code: error.code, message: error.message, source };
  if (error instanceof SignatureError) {
    const code =
      error.code === 'signature_invalid' ? `${kind}_signature_invalid` : `${kind}_algorithm_refused`;
    return { code: code as RevocationCode, message: error.message, source }; // both kinds have both codes
  }
  if (error instanceof FormatError) {
    const code = error.code === 'budget_exceeded' ? 'budget_exceeded' : `${kind}_malformed`;
    return { code: code as RevocationCode, message: error.message, source }; // both kinds have a malformed code
  }
  throw error;
}
