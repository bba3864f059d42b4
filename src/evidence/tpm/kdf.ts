import { createHmac, hash as digest } from 'node:crypto';
import type { HashAlgorithm } from './algorithms.ts';

/**
 * The TPM's two key derivations (Library Part 1, 11.4.10). Labels are passed as text; the standard's zero octet, which
 * ends each label, is added here.
 *
 * Both number their blocks from 1 and, where `bits` is not a multiple of eight, clear the high bits of the first
 * octet.
 */

/** KDFa (Part 1, 11.4.10.2): SP 800-108 in counter mode with HMAC. */
export function kdfA(
  hash: HashAlgorithm,
  key: Uint8Array,
  label: string,
  contextU: Uint8Array,
  contextV: Uint8Array,
  bits: number,
): Uint8Array {
  const fixed = Buffer.concat([zeroTerminated(label), contextU, contextV, u32(bits)]);
  return derive(hash, bits, (counter) =>
    createHmac(hash.name, key).update(u32(counter)).update(fixed).digest(),
  );
}

/** KDFe (Part 1, 11.4.10.3): the concatenation derivation of SP 800-56A, from an ECDH shared x coordinate. */
export function kdfE(
  hash: HashAlgorithm,
  z: Uint8Array,
  use: string,
  partyUInfo: Uint8Array,
  partyVInfo: Uint8Array,
  bits: number,
): Uint8Array {
  const fixed = Buffer.concat([z, zeroTerminated(use), partyUInfo, partyVInfo]);
  return derive(hash, bits, (counter) => digest(hash.name, Buffer.concat([u32(counter), fixed]), 'buffer'));
}

function derive(hash: HashAlgorithm, bits: number, block: (counter: number) => Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  for (let offset = 0, counter = 1; offset < bytes.length; offset += hash.digestBytes, counter++) {
    bytes.set(block(counter).subarray(0, bytes.length - offset), offset);
  }
  if (bits % 8 !== 0) bytes[0] = (bytes[0] ?? 0) & ((1 << (bits % 8)) - 1);
  return bytes;
}

/** Labels are ASCII and end in a zero octet that is part of them (Part 1, B.4 and 11.4.10). */
export function zeroTerminated(label: string): Uint8Array {
  return Buffer.from(`${label}\0`, 'latin1');
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
