import { FormatError } from './errors.ts';

const HEX = /^(?:[0-9a-fA-F]{2})*$/;
const BASE64URL = /^[A-Za-z0-9_-]*$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const UTF8_ENCODER = new TextEncoder();

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Reads hexadecimal of either case; nothing else, not even white space. */
export function fromHex(text: string, path: string): Uint8Array {
  if (!HEX.test(text)) throw new FormatError('bad_value', `${path} is not hexadecimal`, { path });
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Reads base64url without padding, in its only canonical form: trailing bits that decode to nothing must be zero,
 * so that no two texts stand for the same bytes.
 */
export function fromBase64Url(text: string, path: string): Uint8Array {
  if (!BASE64URL.test(text))
    throw new FormatError('bad_value', `${path} is not unpadded base64url`, { path });
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) {
    throw new FormatError('not_canonical', `${path} is not canonical base64url`, { path });
  }
  return new Uint8Array(bytes);
}

/**
 * Strict UTF-8: malformed input is an error, never a replacement character. A byte order mark is kept as the character
 * it is, so that no two byte strings read as the same text.
 */
export function fromUtf8(bytes: Uint8Array, path: string): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new FormatError('bad_value', `${path} is not UTF-8`, { path, cause });
  }
}

/** UTF-8. A lone surrogate is an error: it would silently become U+FFFD, the same bytes as another text. */
export function toUtf8(text: string, path: string): Uint8Array {
  if (!text.isWellFormed()) {
    throw new FormatError('bad_value', `${path} holds a lone surrogate`, { path });
  }
  return UTF8_ENCODER.encode(text);
}
