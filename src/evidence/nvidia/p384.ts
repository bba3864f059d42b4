import { verify } from 'node:crypto';
import { importPublicKey, type PublicKeyInfo, SignatureError } from '../../pki/index.ts';

const SCALAR_BYTES = 48;

/** Whether this P-384 key made a signature of r and s, big-endian, 48 bytes each, over SHA-384 of the bytes. */
export function p384SignatureHolds(signed: Uint8Array, signature: Uint8Array, key: PublicKeyInfo): boolean {
  if (signature.length !== 2 * SCALAR_BYTES || key.key.kind !== 'ec' || key.key.curve !== 'P-384')
    return false;
  const der = toDer(signature.subarray(0, SCALAR_BYTES), signature.subarray(SCALAR_BYTES));
  try {
    return verify('sha384', signed, importPublicKey(key), der);
  } catch (error) {
    // A point off the curve: no key, so it signed nothing.
    if (error instanceof SignatureError) return false;
    throw error;
  }
}

/** ECDSA-Sig-Value (RFC 3279, 2.2.3), at most 104 bytes: Node verifies it faster than the two halves side by side. */
function toDer(r: Uint8Array, s: Uint8Array): Uint8Array {
  const der = new Uint8Array(2 + 2 * (3 + SCALAR_BYTES));
  const end = putInteger(der, putInteger(der, 2, r), s);
  der[0] = 0x30;
  der[1] = end - 2;
  return der.subarray(0, end);
}

/** The shortest form that does not read as negative. Returns where it ends. */
function putInteger(der: Uint8Array, at: number, scalar: Uint8Array): number {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start++;
  const sign = (scalar[start] ?? 0) >= 0x80 ? 1 : 0;
  const length = sign + scalar.length - start;
  der[at] = 0x02;
  der[at + 1] = length;
  der.set(scalar.subarray(start), at + 2 + sign);
  return at + 2 + length;
}
