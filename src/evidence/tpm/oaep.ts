import { constants, hash as digest, type KeyObject, publicEncrypt } from 'node:crypto';
import type { HashAlgorithm } from './algorithms.ts';
import { TpmError } from './errors.ts';

/**
 * RSAES-OAEP encryption (RFC 8017, 7.1.1) with the salt as an argument, which `node:crypto` does not offer: this room
 * draws no randomness of its own, and the standard's vectors can be followed to the byte. Decryption is OpenSSL's.
 */
export function encryptOaep(
  key: KeyObject,
  modulusBytes: number,
  hash: HashAlgorithm,
  label: Uint8Array,
  message: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  const hashBytes = hash.digestBytes;
  if (salt.length !== hashBytes || message.length > modulusBytes - 2 * hashBytes - 2) {
    throw new TpmError('tpm_bad_argument', 'OAEP takes a salt as long as its hash, and a message that fits', {
      expected: `${hashBytes} bytes of salt`,
      actual: `${salt.length} bytes of salt`,
    });
  }
  const dataBlock = new Uint8Array(modulusBytes - hashBytes - 1);
  dataBlock.set(digest(hash.name, label, 'buffer'));
  dataBlock[dataBlock.length - message.length - 1] = 1;
  dataBlock.set(message, dataBlock.length - message.length);
  const maskedBlock = xor(dataBlock, mgf1(hash, salt, dataBlock.length));
  const maskedSalt = xor(salt, mgf1(hash, maskedBlock, hashBytes));
  const encoded = Buffer.concat([Uint8Array.of(0), maskedSalt, maskedBlock]);
  return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** RFC 8017, B.2.1. */
function mgf1(hash: HashAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  for (let offset = 0, counter = 0; offset < length; offset += hash.digestBytes, counter++) {
    const block = digest(hash.name, Buffer.concat([seed, Uint8Array.of(0, 0, 0, counter)]), 'buffer');
    mask.set(block.subarray(0, length - offset), offset);
  }
  return mask;
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, index) => octet ^ (b[index] ?? 0));
}
