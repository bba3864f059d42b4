import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import { demandIssuerPath } from './crl-issuer-path.ts';
import { equalNames } from './name.ts';
import {
  type CertifiedPath,
  holderOf,
  type KeyHolder,
  once,
  type RevocationContext,
} from './revocation-context.ts';
import { failureOf, mostTelling, type RevocationFailure, RevocationRefusal } from './revocation-failure.ts';
import { verifySignature } from './signature.ts';

/**
 * RFC 5280, 6.3.3 (f) and (g): finds who signed the CRL and returns the holder of that key, which is on the validated path
 * of the certificate at `index` or has a valid, unrevoked path of its own to the same anchor.
 *
 * @throws RevocationRefusal, the most telling of all candidates' failures; `crl_issuer_unknown` without candidates
 */
export function authenticateCrl(
  crl: Crl,
  path: CertifiedPath,
  index: number,
  context: RevocationContext,
): KeyHolder {
  const above = path.chain.slice(index + 1);
  const failures: RevocationFailure[] = [];
  for (const holder of [...above.map(holderOf), path.anchor]) {
    if (!equalNames(holder.name, crl.issuer)) continue;
    if (attempt(failures, crl, () => demandSigner(crl, holder, context))) return holder;
  }
  for (const certificate of besides(above, path, context)) {
    if (!equalNames(certificate.subject, crl.issuer)) continue;
    const holds = attempt(failures, crl, () => {
      demandDedication(certificate);
      demandSigner(crl, holderOf(certificate), context);
      demandIssuerPath(certificate, path, index, context);
    });
    if (holds) return holderOf(certificate);
  }
  if (failures.length === 0) {
    throw new RevocationRefusal('crl_issuer_unknown', 'no certificate at hand is the CRL issuer’s');
  }
  const code = mostTelling(failures);
  throw new RevocationRefusal(code, failures.find((failure) => failure.code === code)?.message ?? code);
}

/**
 * The signature over the CRL's bytes, with this holder's key. Says nothing of whether the holder may sign.
 *
 * @throws SignatureError
 */
export function verifyCrlSignature(crl: Crl, { publicKey }: KeyHolder, context: RevocationContext): void {
  once(context, `crl ${crl.sha256} ${publicKey.sha256}`, () => {
    context.budget.spend('signatures');
    verifySignature(crl, publicKey, context.algorithms);
  });
}

/** The key is the one that the CRL names, may sign CRLs, and signed this one. */
function demandSigner(crl: Crl, holder: KeyHolder, context: RevocationContext): void {
  const extensions = holder.certificate?.extensions;
  const named = crl.extensions.authorityKeyIdentifier;
  const own = extensions?.subjectKeyIdentifier?.value;
  if (named !== null && own !== undefined && !equalBytes(named, own)) {
    throw new RevocationRefusal('crl_issuer_unknown', 'the CRL names another key of its issuer');
  }
  const usages = extensions?.keyUsage?.value;
  if (usages !== undefined && !usages.has('cRLSign')) {
    throw new RevocationRefusal('crl_issuer_may_not_sign', 'the key usage of the CRL’s issuer lacks cRLSign');
  }
  verifyCrlSignature(crl, holder, context);
}

/** Certificates at hand that are not above the one in question: that one itself, what is below it, and the bag. */
function besides(
  above: readonly Certificate[],
  { chain }: CertifiedPath,
  { certificates }: RevocationContext,
): Certificate[] {
  const seen = new Set(above.map(({ sha256 }) => sha256));
  return [...chain, ...certificates].filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}

/** Stricter than RFC 5280: who is neither a CA nor says that it signs CRLs does not sign them. */
function demandDedication({ extensions: { basicConstraints, keyUsage } }: Certificate): void {
  if (basicConstraints?.value.cA === true || keyUsage !== undefined) return;
  throw new RevocationRefusal('crl_issuer_may_not_sign', 'the CRL’s issuer is no CA and has no key usage');
}

function attempt(failures: RevocationFailure[], crl: Crl, check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    failures.push(failureOf(error, 'crl', crl.sha256));
    return false;
  }
}
