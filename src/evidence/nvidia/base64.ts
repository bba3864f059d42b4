import { FormatError } from '../../bytes/errors.ts';

/**
 * Reads base64 with padding, in its only canonical form; XML and collectors may break it into lines.
 *
 * @throws FormatError `too_long`, `not_canonical`
 */
export function fromBase64(text: string, path: string, maxBytes: number): Uint8Array {
  if (text.length > maxBytes * 2) {
    throw new FormatError('too_long', `${path} is longer than ${maxBytes} bytes`, { path });
  }
  const compact = text.replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(compact, 'base64');
  // Padding in the middle, missing padding and trailing bits all show as a different text on the way back.
  if (bytes.length === 0 || bytes.length > maxBytes || bytes.toString('base64') !== compact) {
    throw new FormatError('not_canonical', `${path} is not canonical base64`, { path });
  }
  return new Uint8Array(bytes);
}
