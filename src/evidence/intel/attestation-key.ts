import { createPublicKey, type KeyObject } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';

/** SubjectPublicKeyInfo of a P-256 key (RFC 5480) up to the point's first coordinate. */
const P256_SPKI = Uint8Array.from(
  Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
);

/** The key of a quote, x and y; null if they are no point of the curve. */
export function importAttestationKey(point: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({
      key: Buffer.from(concatBytes([P256_SPKI, point])),
      format: 'der',
      type: 'spki',
    });
  } catch {
    // OpenSSL names this error differently from version to version: there is only one reason, the point.
    return null;
  }
}
