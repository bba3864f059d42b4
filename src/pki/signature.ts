import { constants, type KeyObject, verify } from 'node:crypto';
import type { AlgorithmIdentifier } from './algorithm-identifier.ts';
import { type AlgorithmPolicy, demandKey, demandScheme } from './algorithm-policy.ts';
import { HASH_OCTETS, identifyScheme, type SignatureScheme } from './algorithms.ts';
import { importPublicKey } from './key-cache.ts';
import { SignatureError } from './pki-error.ts';
import type { PublicKeyInfo } from './public-key.ts';

/** Something signed: a certificate, a CRL, an OCSP response. */
export type SignedBytes = {
  /** Exactly the bytes that were signed, never re-encoded ones. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
};

/**
 * Verifies a signature as X.509 structures carry it. Returns when it holds and throws {@link SignatureError} otherwise.
 *
 * Unproven afterwards: that the key was one to trust, and for what.
 */
export function verifySignature(signed: SignedBytes, key: PublicKeyInfo, policy: AlgorithmPolicy): void {
  const scheme = identifyScheme(signed.signatureAlgorithm);
  demandScheme(scheme, policy);
  demandKey(key, policy);
  demandFit(scheme, key);
  const imported = importPublicKey(key);
  let holds: boolean;
  try {
    holds = verifyWith(scheme, signed, imported);
  } catch (cause) {
    // OpenSSL throws rather than answers where a PSS key's own parameters forbid the scheme.
    throw new SignatureError('signature_invalid', 'the signature cannot be verified with this key', {
      cause,
    });
  }
  if (!holds) throw new SignatureError('signature_invalid', 'the signature does not verify');
}

/** Whether the key is of the algorithm's kind. A key restricted to PSS signs nothing else (RFC 4055 section 1.2). */
function demandFit({ family }: SignatureScheme, { key }: PublicKeyInfo): void {
  const fits =
    key.kind === 'rsa'
      ? (family === 'rsa-pkcs1' && key.use === 'any') || (family === 'rsa-pss' && key.use !== 'oaep')
      : key.kind === 'ec'
        ? family === 'ecdsa'
        : key.kind === family;
  if (fits) return;
  const actual = key.kind === 'rsa' ? `${key.kind} (${key.use})` : key.kind;
  throw new SignatureError('key_mismatch', `${family} cannot be verified with a key of kind ${actual}`, {
    expected: family,
    actual,
  });
}

function verifyWith(scheme: SignatureScheme, { tbs, signature }: SignedBytes, key: KeyObject): boolean {
  switch (scheme.family) {
    case 'ed25519':
    case 'ed448':
      return verify(null, tbs, key, signature);
    case 'ecdsa':
      // DER is what Node expects by itself; to say so would cost a quarter more.
      return verify(scheme.hash, tbs, key, signature);
    case 'rsa-pkcs1':
      return verify(scheme.hash, tbs, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
    case 'rsa-pss':
      return verify(
        scheme.hash,
        tbs,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: HASH_OCTETS[scheme.hash] },
        signature,
      );
  }
}
