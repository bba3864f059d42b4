import type { Crl } from './crl.ts';
import { authenticateCrl } from './crl-issuer.ts';
import { demandUsable, staleness } from './crl-status.ts';
import { contextOf, type RevocationInput } from './revocation.ts';
import { failureOf, type RevocationFailure } from './revocation-failure.ts';
import type { TrustAnchor } from './trust-anchor.ts';

/**
 * Why a CRL may not speak of what this very CA issues: it is another's, badly signed, not understood or out of date; null where nothing
 * forbids it. For whoever keeps lists and wants to know before a certificate has to be judged. Its scope is not judged: `verifyRevocation`
 * does that for each certificate.
 */
export function crlFailure(
  crl: Crl,
  issuer: TrustAnchor,
  input: Pick<RevocationInput, 'at' | 'certificates'>,
): RevocationFailure | null {
  const context = contextOf(input);
  try {
    demandUsable(crl, context);
    authenticateCrl(crl, { chain: [], anchor: issuer }, 0, context);
    const stale = staleness(crl, context);
    if (stale !== null) throw stale;
    return null;
  } catch (error) {
    return failureOf(error, 'crl', crl.sha256);
  }
}
