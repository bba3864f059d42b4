import { type ErrorDetails, SextantError } from '../bytes/errors.ts';
import { type Certificate, isSelfIssued } from './certificate.ts';
import { nameText } from './name-text.ts';
import { type SignatureCode, SignatureError } from './pki-error.ts';

/**
 * Why a certification path is not valid, from the least telling to the most.
 *
 * A search over alternatives meets many failures; the one that stands last here says most about what to mend, and is
 * the one that is thrown. Reaching no anchor says least; a spent budget says that nothing was decided.
 */
export const PATH_CODES = [
  /** No certificate at hand was issued under the name in `issuer`. */
  'issuer_unknown',
  /** The only ways on repeat a certificate that is already in the path. */
  'path_loops',
  /** More intermediates than the policy admits. */
  'path_too_long',
  /** The issuer's key did not sign this certificate: often a namesake (6.1.3 (a)(1)). */
  'signature_invalid',
  /** Authority key identifier and issuer's subject key identifier differ (4.2.1.1). */
  'key_identifier_mismatch',
  /** Signature and issuer's key are of different kinds. */
  'key_mismatch',
  'signature_algorithm_unsupported',
  'signature_parameters_invalid',
  'signature_algorithm_refused',
  'key_unsupported',
  'key_invalid',
  'key_refused',
  /** Not version 3: nothing says what the key may do. */
  'version_refused',
  /** The issuer is no CA by its basic constraints (6.1.4 (k)). */
  'issuer_not_ca',
  /** The issuer's key usage lacks keyCertSign (6.1.4 (n)). */
  'issuer_may_not_sign',
  /** pathLenConstraint of a CA above is exceeded (6.1.4 (l)). */
  'path_length_exceeded',
  /** An extended key usage does not admit the demanded purpose. */
  'key_purpose_refused',
  /** The leaf's key usage lacks what is demanded. */
  'key_usage_refused',
  /** A critical extension that nobody here understands (6.1.4 (o), 6.1.5 (f)). */
  'critical_extension_unknown',
  /** A certificate departs from the profile that the policy names. */
  'profile_violated',
  /** A mapping from or to anyPolicy (6.1.4 (a)). */
  'policy_mapping_invalid',
  /** An explicit policy is required and none is left (6.1.3 (f), 6.1.5 (g)). */
  'policy_missing',
  /** A constrained name of a form that is not understood (4.2.1.10). */
  'name_constraint_unsupported',
  /** A name outside the permitted or inside the excluded subtrees (6.1.3 (b), (c)). */
  'name_not_permitted',
  /** notBefore lies after notAfter. */
  'validity_inverted',
  'not_yet_valid',
  'expired',
  /** The caller's own check of a complete path refused it. */
  'path_refused',
  /** The leaf is for another server than the one named. */
  'server_name_mismatch',
  /** Signatures, steps or comparisons are spent: the graph is pathological, and nothing is proven either way. */
  'budget_exceeded',
  /** The question itself is void: no instant, an empty list where one is demanded, a limit that is no number. */
  'input_invalid',
] as const;

export type PathCode = (typeof PATH_CODES)[number];

/** A path that is not valid, or was not found. `subject` and `issuer` name the certificate at which it failed. */
export class PathError extends SextantError<PathCode> {
  readonly subject?: string;
  readonly issuer?: string;
  /** SHA-256 of that certificate. */
  readonly certificateSha256?: string;

  constructor(code: PathCode, message: string, certificate?: Certificate, details: ErrorDetails = {}) {
    const subject = certificate === undefined ? undefined : nameText(certificate.subject) || '(no subject)';
    super(code, subject === undefined ? message : `${subject}: ${message}`, details);
    if (certificate === undefined || subject === undefined) return;
    this.subject = subject;
    this.issuer = isSelfIssued(certificate) ? 'itself' : nameText(certificate.issuer);
    this.certificateSha256 = certificate.sha256;
  }
}

const RANKS: ReadonlyMap<PathCode, number> = new Map(PATH_CODES.map((code, rank) => [code, rank]));

/** The error that says more; the earlier one where both say as much. */
export function moreTelling(first: PathError | null, second: PathError): PathError {
  if (first === null) return second;
  return (RANKS.get(second.code) ?? 0) > (RANKS.get(first.code) ?? 0) ? second : first;
}

/** Runs a signature check and says at which certificate it failed. */
export function atCertificate(certificate: Certificate, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    const { code, expected, actual }: { code: SignatureCode; expected?: string; actual?: string } = error;
    throw new PathError(code, error.message, certificate, {
      cause: error,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    });
  }
}
