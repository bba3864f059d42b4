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
  const [first, second] = [integer(r), integer(s)];
  return new Uint8Array([0x30, first.length + second.length, ...first, ...second]);
}

/** The shortest form that does not read as negative. */
function integer(scalar: Uint8Array): number[] {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start++;
  const contents = [...scalar.subarray(start)];
  if ((contents[0] ?? 0) >= 0x80) contents.unshift(0);
  return [0x02, contents.length, ...contents];
}
