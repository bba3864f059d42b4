import type { Certificate } from './certificate.ts';
import { verifyPath } from './path.ts';
import { PathError } from './path-error.ts';
import { HARDWARE_POLICY, type PathPolicy } from './path-policy.ts';
import type { CertifiedPath, RevocationContext } from './revocation-context.ts';
import { mostTelling, RevocationRefusal } from './revocation-failure.ts';

/** Signatures that one search may verify: the issuer's own, and those of the path that it shares. */
const MAX_SIGNATURES = 12;

/** How many CRL issuers may be certified by others whose status takes yet another CRL. PKITS goes two deep. */
const MAX_ISSUERS_DEEP = 4;

/**
 * RFC 5280, 6.3.3 (f), for a CRL issuer that is not on the path of the certificate at `index`: it needs a valid path to the
 * same anchor, and must not be revoked.
 *
 * Stricter than the standard, which trusts names: the issuer must be certified by one of the CAs above the certificate in
 * question (or the anchor). Those could have issued anything on that path anyway. Any other CA below the anchor, a
 * compromised one included, could otherwise certify a namesake of the CRL issuer and clear whom it likes, itself too.
 *
 * A CRL that covers the very certificate with whose key it is signed settles it as it settles all others: indirect CRL
 * issuers are made so. No other circle is accepted.
 *
 * @throws RevocationRefusal `crl_issuer_path_invalid`, `crl_issuer_revoked`, `crl_issuer_status_unknown`
 */
export function demandIssuerPath(
  signer: Certificate,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): void {
  if (context.pending.has(signer.sha256) && path.chain[index]?.sha256 === signer.sha256) return;
  if (context.pending.has(signer.sha256) || context.pending.size >= MAX_ISSUERS_DEEP) {
    throw new RevocationRefusal('crl_issuer_status_unknown', 'CRL issuers vouch for each other in a circle');
  }
  // Every certificate above the signer is one above the certificate in question, which has a verdict of its own.
  const chain = findChain(signer, path.chain.slice(index + 1), path, context);
  const inner = { ...context, pending: new Set([...context.pending, signer.sha256]) };
  const finding = context.statusByCrl({ chain, anchor: path.anchor }, 0, inner);
  if (finding.status === 'revoked') {
    throw new RevocationRefusal('crl_issuer_revoked', 'the certificate of the CRL’s issuer is revoked');
  }
  if (finding.status === 'unknown') {
    throw new RevocationRefusal(
      'crl_issuer_status_unknown',
      `whether the CRL’s issuer is revoked is not known: ${mostTelling(finding.failures)}`,
    );
  }
}

function findChain(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  { anchor }: CertifiedPath,
  context: RevocationContext,
): readonly Certificate[] {
  context.budget.spend('signatures', intermediates.length + 1);
  try {
    const policy = policyOf(context);
    return verifyPath({ leaf, intermediates, anchors: [anchor], at: context.at, policy }).chain;
  } catch (cause) {
    if (!(cause instanceof PathError)) throw cause;
    throw new RevocationRefusal('crl_issuer_path_invalid', `the CRL’s issuer has no path: ${cause.message}`, {
      cause,
    });
  }
}

function policyOf({ algorithms }: RevocationContext): PathPolicy {
  const limits = { ...HARDWARE_POLICY.limits, signatures: MAX_SIGNATURES };
  return { ...HARDWARE_POLICY, algorithms, limits };
}
