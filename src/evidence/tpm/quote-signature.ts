import { constants, verify } from 'node:crypto';
import type { AttestationKey } from './attestation-key.ts';
import type { TpmtSignature } from './signature.ts';

/** Whether a key of this kind can have made a signature of this scheme at all. */
export function schemeFitsKey(signature: TpmtSignature, { kind }: AttestationKey): boolean {
  return (signature.scheme === 'ecdsa') === (kind.type === 'ecc');
}

/**
 * Whether the key signed `message`. RSA-PSS salts of every length are accepted: TPMs before FIPS mode use the longest
 * that fits, later ones the digest's length (Part 1, B.7), and both are sound.
 */
export function signatureHolds(signature: TpmtSignature, ak: AttestationKey, message: Uint8Array): boolean {
  const { key } = ak;
  const hash = signature.hash.name;
  switch (signature.scheme) {
    case 'rsassa':
      return verify(hash, message, key, signature.sig);
    case 'rsapss': {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_AUTO: saltLength } = constants;
      return verify(hash, message, { key, padding, saltLength }, signature.sig);
    }
    case 'ecdsa':
      return verify(hash, message, key, toDer(signature.signatureR, signature.signatureS));
  }
}

/**
 * ECDSA-Sig-Value (RFC 3279, 2.2.3). Node takes the two halves side by side as well, but only together with an options
 * object, and a verification then takes half as long again. What is out of range, OpenSSL refuses.
 */
function toDer(r: Uint8Array, s: Uint8Array): Uint8Array {
  const [first, second] = [withoutZeros(r), withoutZeros(s)];
  const length = integerBytes(first) + integerBytes(second);
  const header = length < 0x80 ? 2 : 3;
  const der = new Uint8Array(header + length);
  der[0] = 0x30;
  der[1] = 0x81;
  der[header - 1] = length;
  writeInteger(der, header, first);
  writeInteger(der, header + integerBytes(first), second);
  return der;
}

function writeInteger(der: Uint8Array, offset: number, number: Uint8Array): void {
  const length = integerBytes(number) - 2;
  der[offset] = 0x02;
  der[offset + 1] = length;
  der.set(number, offset + 2 + length - number.length);
}

/** With tag and length. A zero keeps a number with its top bit set, or none at all, from reading as negative or empty. */
function integerBytes(number: Uint8Array): number {
  return 2 + number.length + ((number[0] ?? 0x80) >>> 7);
}

function withoutZeros(number: Uint8Array): Uint8Array {
  let start = 0;
  while (number[start] === 0) start++;
  return start === 0 ? number : number.subarray(start);
}
