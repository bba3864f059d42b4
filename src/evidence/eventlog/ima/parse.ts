import { FormatError } from '../../../bytes/errors.ts';
import { parseImaAscii } from './ascii.ts';
import { parseImaBinary } from './binary.ts';
import type { ImaEntry } from './entry.ts';
import { IMA_LIMITS } from './limits.ts';

/** Digests of a bank's own log, where the kernel keeps one beside that of SHA-1 (since Linux 6.11). */
const DIGEST_BYTES = [20, 32, 48, 64] as const;
const PCR_10 = 10;
/** Four octets of the register, a digest of SHA-1, and the length of a template's name. */
const SMALLEST_HEAD_BYTES = 28;

/** Whether bytes begin as an IMA log does, in either form. */
export function isImaLog(bytes: Uint8Array): boolean {
  return isAscii(bytes) || binaryDigestBytes(bytes) !== null;
}

/**
 * Reads an IMA log in either form, to its last byte.
 * @throws FormatError `truncated` (an empty log too), `too_long`, and as parseImaAscii and parseImaBinary
 */
export function parseImaLog(bytes: Uint8Array): readonly ImaEntry[] {
  if (bytes.length > IMA_LIMITS.logBytes) {
    throw new FormatError('too_long', 'the IMA log is longer than is read here', {
      path: 'imaLog',
      expected: `at most ${IMA_LIMITS.logBytes} bytes`,
      actual: `${bytes.length} bytes`,
    });
  }
  if (bytes.length === 0) throw new FormatError('truncated', 'the IMA log is empty', { path: 'imaLog' });
  if (isAscii(bytes)) return parseImaAscii(bytes);
  return parseImaBinary(bytes, binaryDigestBytes(bytes) ?? DIGEST_BYTES[0]);
}

/** "10 " and a hexadecimal digit: in binary the second octet of a register is zero. */
function isAscii(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 5)).toString('latin1');
  return /^ ?[0-9]{1,2} [0-9a-f]/.test(head);
}

/** The length of digest behind which a plausible template's name stands; null where there is none. */
function binaryDigestBytes(bytes: Uint8Array): number | null {
  if (bytes.length < SMALLEST_HEAD_BYTES || bytes[0] !== PCR_10 || bytes[1] !== 0) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isName = (size: number): boolean => {
    const start = 4 + size;
    return text.subarray(start + 4, start + 7).equals(Buffer.from('ima')) && text.readUInt32LE(start) < 64;
  };
  return DIGEST_BYTES.find((size) => bytes.length >= size + 11 && isName(size)) ?? null;
}
