import { createHash } from 'node:crypto';
import { equalBytes } from '../bytes/equal.ts';
import type { Certificate } from './certificate.ts';
import type { CertId } from './ocsp.ts';
import type { KeyHolder } from './revocation-context.ts';

/**
 * Digests that may name an issuer. They only select: what a response says is signed by the issuer that is meant, so a
 * collision of SHA-1 gains nothing here. RFC 5019 profiles know no other.
 */
const HASHES: ReadonlyMap<string, 'sha1' | 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

export type CertIdHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** The CertID (RFC 6960, section 4.1.1) of a certificate and its issuer. */
export function certIdOf(certificate: Certificate, issuer: KeyHolder, hash: CertIdHash): CertId {
  const [hashAlgorithm = ''] = [...HASHES].find(([, name]) => name === hash) ?? [];
  return {
    hashAlgorithm,
    issuerNameHash: digest(hash, certificate.issuer.der),
    issuerKeyHash: digest(hash, issuer.publicKey.keyBytes),
    serialNumber: certificate.serialNumber,
  };
}

/** Whether a response's CertID means this certificate of this issuer. An unknown digest means nobody. */
export function certIdMatches(certId: CertId, certificate: Certificate, issuer: KeyHolder): boolean {
  const hash = HASHES.get(certId.hashAlgorithm);
  if (hash === undefined || !equalBytes(certId.serialNumber, certificate.serialNumber)) return false;
  const own = certIdOf(certificate, issuer, hash);
  return (
    equalBytes(certId.issuerNameHash, own.issuerNameHash) &&
    equalBytes(certId.issuerKeyHash, own.issuerKeyHash)
  );
}

/** KeyHash of a ResponderID (section 4.2.1): SHA-1, whatever the CertID uses. */
export function responderKeyHash({ publicKey }: KeyHolder): Uint8Array {
  return digest('sha1', publicKey.keyBytes);
}

function digest(hash: CertIdHash, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(bytes).digest());
}
