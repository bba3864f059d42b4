import { verify } from 'node:crypto';
import { type Certificate, importPublicKey, SignatureError } from '../../pki/index.ts';
import { AT, SCALAR_BYTES, SIGNED_BYTES } from './layout.ts';

/**
 * Whether this key signed the report: ECDSA on P-384 over SHA-384 of the received bytes before the signature (AMD 56860,
 * 7.3 and tables 137, 138). R or S out of range is refused by OpenSSL.
 */
export function reportSignatureHolds(report: Uint8Array, { publicKey }: Certificate): boolean {
  const signature = toDer(scalarAt(report, AT.signatureR), scalarAt(report, AT.signatureS));
  try {
    return verify('sha384', report.subarray(0, SIGNED_BYTES), importPublicKey(publicKey), signature);
  } catch (error) {
    // A point off the curve: no key, so it signed nothing.
    if (error instanceof SignatureError) return false;
    throw error;
  }
}

/** Big-endian, with no zeros in front but for what keeps it from reading as negative. */
function scalarAt(report: Uint8Array, offset: number): Uint8Array {
  const scalar = report.slice(offset, offset + SCALAR_BYTES).reverse();
  let start = 0;
  while (start < SCALAR_BYTES - 1 && scalar[start] === 0) start++;
  if ((scalar[start] ?? 0) < 0x80) return scalar.subarray(start);
  const padded = new Uint8Array(SCALAR_BYTES - start + 1);
  padded.set(scalar.subarray(start), 1);
  return padded;
}

/** ECDSA-Sig-Value (RFC 3279, 2.2.3): Node verifies it faster than the two halves side by side. At most 104 bytes. */
function toDer(r: Uint8Array, s: Uint8Array): Uint8Array {
  const der = new Uint8Array(6 + r.length + s.length);
  der.set([0x30, der.length - 2, 0x02, r.length]);
  der.set(r, 4);
  der.set([0x02, s.length], 4 + r.length);
  der.set(s, 6 + r.length);
  return der;
}
