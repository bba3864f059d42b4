import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import type { TrustAnchor } from './trust-anchor.ts';

/** Finds who may have issued a certificate, by name (6.1.3 (a)(4)), the likeliest first. */
export class IssuerIndex {
  readonly #certificates = new Map<string, Certificate[]>();
  readonly #anchors = new Map<string, TrustAnchor[]>();

  constructor(certificates: readonly Certificate[], anchors: readonly TrustAnchor[]) {
    const seen = new Set<string>();
    for (const certificate of certificates) {
      if (seen.has(certificate.sha256)) continue;
      seen.add(certificate.sha256);
      add(this.#certificates, certificate.subject.canonical, certificate);
    }
    for (const anchor of anchors) add(this.#anchors, anchor.name.canonical, anchor);
  }

  issuersOf(certificate: Certificate): readonly Certificate[] {
    const named = this.#certificates.get(certificate.issuer.canonical) ?? [];
    return named.toSorted((a, b) => preference(certificate, b) - preference(certificate, a));
  }

  anchorsOf(certificate: Certificate): readonly TrustAnchor[] {
    return this.#anchors.get(certificate.issuer.canonical) ?? [];
  }
}

function add<T>(index: Map<string, T[]>, key: string, value: T): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
}

/** Key identifiers are hints for this and nothing more (RFC 4158 section 3.5.12). */
function preference(certificate: Certificate, issuer: Certificate): number {
  const wanted = certificate.extensions.authorityKeyIdentifier?.value.keyIdentifier ?? null;
  const found = issuer.extensions.subjectKeyIdentifier?.value ?? null;
  if (wanted === null || found === null) return 1;
  return equalBytes(wanted, found) ? 2 : 0;
}
