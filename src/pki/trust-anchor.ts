import type { Certificate } from './certificate.ts';
import type { NameConstraints } from './extension-names.ts';
import type { Name } from './name.ts';
import type { PublicKeyInfo } from './public-key.ts';

/**
 * Where trust begins (RFC 5280 section 6.1.1 (d)): a name and a key that the caller vouches for. With the certificate they
 * came in, its own limits can be enforced; its signature is never looked at, for nobody above it vouches for it.
 */
export type TrustAnchor = {
  readonly name: Name;
  readonly publicKey: PublicKeyInfo;
  readonly certificate: Certificate | null;
  readonly nameConstraints: NameConstraints | null;
};

export function anchorFromCertificate(certificate: Certificate): TrustAnchor {
  return {
    name: certificate.subject,
    publicKey: certificate.publicKey,
    certificate,
    nameConstraints: certificate.extensions.nameConstraints?.value ?? null,
  };
}

export function anchorFromKey(
  name: Name,
  publicKey: PublicKeyInfo,
  nameConstraints: NameConstraints | null = null,
): TrustAnchor {
  return { name, publicKey, certificate: null, nameConstraints };
}
