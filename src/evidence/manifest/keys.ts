import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import type { ManifestKey } from '../../protocol/device-manifest.ts';

/** A manufacturer's key as manifests name it. */
export type ManufacturerKey = {
  /** RFC 7638 thumbprint, SHA-256, base64url. */
  readonly kid: string;
  readonly alg: 'ES256' | 'ES384' | 'EdDSA';
  readonly key: KeyObject;
};

/** RFC 7638: the required members in order, of a key whose coordinates are in their one encoding. */
export function thumbprint(jwk: ManifestKey): string {
  const members =
    jwk.kty === 'OKP'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return hash('sha256', JSON.stringify(members), 'base64url');
}

/**
 * Reads a key that somebody approves.
 * @throws FormatError `bad_value` for coordinates of another length, or a point that is not on the curve
 */
export function readManifestKey(jwk: ManifestKey, path = 'key'): ManufacturerKey {
  const octets = jwk.crv === 'P-384' ? 48 : 32;
  for (const [name, value] of Object.entries(jwk.kty === 'OKP' ? { x: jwk.x } : { x: jwk.x, y: jwk.y })) {
    const { length } = fromBase64Url(value, `${path}.${name}`);
    if (length === octets) continue;
    throw new FormatError('bad_value', `${path}.${name} has ${length} bytes, not ${octets}`, {
      path: `${path}.${name}`,
      expected: `${octets} bytes`,
      actual: `${length} bytes`,
    });
  }
  const alg = ({ 'P-256': 'ES256', 'P-384': 'ES384', Ed25519: 'EdDSA' } as const)[jwk.crv];
  try {
    return { kid: thumbprint(jwk), alg, key: createPublicKey({ key: { ...jwk }, format: 'jwk' }) };
  } catch (cause) {
    throw new FormatError('bad_value', `${path} is no public key on ${jwk.crv}`, { path, cause });
  }
}
