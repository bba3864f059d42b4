import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';

/** A private key of this process, which nobody outside it ever holds, with what certificates say of it. */
export type SigningKey = {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** The point, uncompressed, as it stands in the BIT STRING. */
  readonly point: Uint8Array;
  /** RFC 5280, 4.2.1.2, method 1: SHA-1 of the point. */
  readonly keyIdentifier: Uint8Array;
};

const COORDINATE_BYTES = { 'P-256': 32, 'P-384': 48 } as const;
const SIGNATURE_BYTES = 96;

/** @param curve NVIDIA knows P-384 alone: the other is for keys that must not be accepted */
export function newKey(curve: keyof typeof COORDINATE_BYTES = 'P-384'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const point = spki.subarray(-1 - 2 * COORDINATE_BYTES[curve]);
  return {
    privateKey,
    spki,
    point,
    keyIdentifier: new Uint8Array(createHash('sha1').update(point).digest()),
  };
}

/** r and s side by side, as reports and manifests carry them. A shorter curve's are padded: they still have to look the part. */
export function signSideBySide(bytes: Uint8Array, { privateKey }: SigningKey): Uint8Array {
  const signature = sign('sha384', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return concatBytes([signature, new Uint8Array(SIGNATURE_BYTES - signature.length)]);
}

/** Ecdsa-Sig-Value, DER, as certificates and OCSP responses carry it. */
export function signDer(
  bytes: Uint8Array,
  { privateKey }: SigningKey,
  hash: 'sha256' | 'sha384' = 'sha384',
): Uint8Array {
  return new Uint8Array(sign(hash, bytes, privateKey));
}
