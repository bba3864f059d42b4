import { writeOid } from './der-oid.ts';
import { contextConstructed, contextPrimitive, TAG } from './der-tag.ts';

/**
 * DER in the other direction: each function returns one whole element.
 *
 * It writes what it is told: certificates and requests that Sextant issues, key encodings, and in tests the malformed
 * ones too. It is not used to re-encode anything whose signature is then checked.
 */
export function writeElement(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const contents = Buffer.concat(parts);
  return new Uint8Array(Buffer.concat([Uint8Array.of(tag), writeLength(contents.length), contents]));
}

/** A definite length in its minimal form. */
function writeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

export function writeSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return writeElement(TAG.sequence, ...parts);
}

/** SET OF, its members sorted by their encodings (X.690 section 11.6). */
export function writeSetOf(...members: readonly Uint8Array[]): Uint8Array {
  return writeElement(TAG.set, ...members.toSorted(Buffer.compare));
}

export function writeBoolean(value: boolean): Uint8Array {
  return writeElement(TAG.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** An INTEGER: from a number or bigint of either sign, or from a big-endian magnitude. */
export function writeInteger(value: number | bigint | Uint8Array, tag: number = TAG.integer): Uint8Array {
  return writeElement(tag, value instanceof Uint8Array ? fromMagnitude(value) : fromBigint(BigInt(value)));
}

function fromMagnitude(magnitude: Uint8Array): Uint8Array {
  const start = magnitude.findIndex((octet) => octet !== 0);
  if (start < 0) return Uint8Array.of(0);
  const minimal = magnitude.subarray(start);
  return (minimal[0] ?? 0) < 0x80 ? minimal : Uint8Array.of(0, ...minimal);
}

function fromBigint(value: bigint): Uint8Array {
  const octets: number[] = [];
  let left = value;
  do {
    octets.unshift(Number(BigInt.asUintN(8, left)));
    left >>= 8n;
  } while (!(left === 0n && (octets[0] ?? 0) < 0x80) && !(left === -1n && (octets[0] ?? 0) >= 0x80));
  return new Uint8Array(octets);
}

export function writeBitString(bytes: Uint8Array, unusedBits = 0, tag: number = TAG.bitString): Uint8Array {
  return writeElement(tag, Uint8Array.of(unusedBits), bytes);
}

/** A BIT STRING with these named bits set and no trailing zero bits (X.690 section 11.2.2). */
export function writeNamedBits(bits: readonly number[], tag: number = TAG.bitString): Uint8Array {
  if (bits.length === 0) return writeBitString(new Uint8Array(0), 0, tag);
  const highest = Math.max(...bits);
  const bytes = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return writeBitString(bytes, 7 - (highest & 7), tag);
}

export function writeOctetString(bytes: Uint8Array): Uint8Array {
  return writeElement(TAG.octetString, bytes);
}

export function writeNull(): Uint8Array {
  return writeElement(TAG.null);
}

export function writeObjectIdentifier(dotted: string, tag: number = TAG.oid): Uint8Array {
  return writeElement(tag, writeOid(dotted));
}

/** A character string in Latin-1 types or, for `TAG.utf8String`, UTF-8. */
export function writeText(tag: number, text: string): Uint8Array {
  return writeElement(tag, Buffer.from(text, tag === TAG.utf8String ? 'utf8' : 'latin1'));
}

/** UTCTime through 2049, GeneralizedTime from 2050 on (RFC 5280 section 4.1.2.5). Fractions are dropped. */
export function writeTime(instant: Date): Uint8Array {
  const year = instant.getUTCFullYear();
  const digits = instant
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
  return year >= 1950 && year < 2050
    ? writeText(TAG.utcTime, `${digits.slice(2)}Z`)
    : writeText(TAG.generalizedTime, `${digits}Z`);
}

export function writeExplicit(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return writeElement(contextConstructed(number), ...parts);
}

export function writeImplicit(number: number, contents: Uint8Array): Uint8Array {
  return writeElement(contextPrimitive(number), contents);
}
