import { fromHex } from '../../bytes/text.ts';

/** Versions 3 to 5, ECDSA P-256, and the TEE types of SGX and TDX: the first eight bytes of every quote that is read here. */
const QUOTE_HEAD = /^0[345]000200(?:00|81)000000$/;
const HEX_TEXT = /^[0-9a-fA-FxX\s]*$/;
/** Twice the largest CRL or quote that is read here, and line ends. */
const MAX_TEXT_BYTES = 1 << 22;

/** Whether bytes, or hexadecimal text, begin as a quote does. */
export function looksLikeQuote(bytes: Uint8Array): boolean {
  const head = quoteBytes(bytes.subarray(0, 64));
  return QUOTE_HEAD.test(Buffer.from(head.subarray(0, 8)).toString('hex'));
}

/** The bytes of a quote that may be written as text. */
export function quoteBytes(bytes: Uint8Array): Uint8Array {
  return decodeHexText(bytes) ?? bytes;
}

/** What hexadecimal text says, with or without 0x and white space; null for anything that is not just that, and for nothing. */
export function decodeHexText(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length > MAX_TEXT_BYTES) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!HEX_TEXT.test(text)) return null;
  const digits = text.replace(/\s+/g, '').replace(/^0[xX]/, '');
  if (digits.length === 0 || digits.length % 2 !== 0 || /[xX]/.test(digits)) return null;
  return fromHex(digits, 'hex');
}
