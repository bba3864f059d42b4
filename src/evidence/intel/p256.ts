import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { writePem } from '../../pki/index.ts';

/** SubjectPublicKeyInfo of a P-256 key (RFC 5480) up to the point's first coordinate. */
const SPKI_HEAD = Uint8Array.from(
  Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
);
const COORDINATE_BYTES = 32;

/** The key of a point, x and y as Intel writes it; null if it is none of the curve. */
export function importPoint(point: Uint8Array): KeyObject | null {
  try {
    // As text, which Node imports in half the time that it needs for an object.
    return createPublicKey(writePem(concatBytes([SPKI_HEAD, point]), 'PUBLIC KEY'));
  } catch (error) {
    // There is only one thing that can be wrong with it, and OpenSSL names it differently from version to version.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** ECDSA with SHA-256 over these bytes; `signature` is r and s, 32 bytes each and big-endian, as Intel writes them. */
export function verifyP256(key: KeyObject, signed: Uint8Array, signature: Uint8Array): boolean {
  // Node takes r and s as they are too (ieee-p1363), at half as much time again.
  return verify('sha256', signed, key, toDer(signature));
}

/** ECDSA-Sig-Value (RFC 3279, 2.2.3). */
function toDer(signature: Uint8Array): Uint8Array {
  const der = new Uint8Array(2 + 2 * (3 + COORDINATE_BYTES));
  const afterR = writeInteger(der, 2, signature.subarray(0, COORDINATE_BYTES));
  const end = writeInteger(der, afterR, signature.subarray(COORDINATE_BYTES));
  der[0] = 0x30;
  der[1] = end - 2;
  return der.subarray(0, end);
}

/** INTEGER: without superfluous zeros, and with one before what would else be negative. Answers the offset behind it. */
function writeInteger(der: Uint8Array, offset: number, magnitude: Uint8Array): number {
  let first = 0;
  while (first < magnitude.length - 1 && magnitude[first] === 0) first++;
  const sign = (magnitude[first] ?? 0) >= 0x80 ? 1 : 0;
  const length = magnitude.length - first + sign;
  der[offset] = 0x02;
  der[offset + 1] = length;
  der.set(magnitude.subarray(first), offset + 2 + sign);
  return offset + 2 + length;
}
