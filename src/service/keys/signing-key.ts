import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { SigningKey } from '../context.ts';

const CURVE = { ES256: 'P-256', Ed25519: 'Ed25519' } as const;

/** A fresh private key for `alg`, PKCS#8 in PEM. */
export function generateSigningKeyPem(alg: SigningKey['alg']): string {
  const { privateKey } =
    alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads a signing key from PKCS#8 PEM. Its `kid` is the RFC 7638 thumbprint of the public key, so that a key can never
 * be taken for another.
 * @throws {TypeError} when the key is not one for `alg`
 */
export function signingKeyFromPem(alg: SigningKey['alg'], pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  return { kid: thumbprint(alg, publicKey), alg, privateKey, publicKey };
}

function thumbprint(alg: SigningKey['alg'], key: KeyObject): string {
  const { crv, kty, x, y } = key.export({ format: 'jwk' });
  if (crv !== CURVE[alg]) throw new TypeError(`expected a key for ${alg}, found ${crv ?? kty ?? 'another'}`);
  const members = y === undefined ? { crv, kty, x } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
