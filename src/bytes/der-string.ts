import { TAG } from './der-tag.ts';
import { FormatError } from './errors.ts';
import { fromUtf8 } from './text.ts';

type Decoder = (contents: Uint8Array, path: string) => string;

/**
 * The text of a character string. Each type admits its own repertoire and nothing else (X.680 section 41).
 *
 * TeletexString is read as ISO 8859-1: T.61's escapes are not interpreted, which every implementation that still
 * meets such names does, and no comparison here equates it with another type beyond that.
 */
export function readString(tag: number, contents: Uint8Array, path: string): string {
  const decode = DECODERS.get(tag);
  if (decode === undefined) {
    throw new FormatError('unsupported', `${path} is no character string that is read here`, {
      path,
      actual: `tag 0x${tag.toString(16)}`,
    });
  }
  return decode(contents, path);
}

/** Whether {@link readString} knows this tag. */
export function isStringTag(tag: number): boolean {
  return DECODERS.has(tag);
}

function repertoire(allowed: RegExp, name: string): Decoder {
  return (contents, path) => {
    const text = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength).toString('latin1');
    if (!allowed.test(text)) throw new FormatError('bad_value', `${path} is not a ${name}`, { path });
    return text;
  };
}

/** UCS-2: surrogates have no meaning in BMPString, so a pair is refused like a lone one. */
function readBmp(contents: Uint8Array, path: string): string {
  if (contents.length % 2 !== 0) throw new FormatError('bad_value', `${path} has half a character`, { path });
  let text = '';
  for (let index = 0; index < contents.length; index += 2) {
    text += scalar(((contents[index] ?? 0) << 8) | (contents[index + 1] ?? 0), path);
  }
  return text;
}

function readUniversal(contents: Uint8Array, path: string): string {
  if (contents.length % 4 !== 0)
    throw new FormatError('bad_value', `${path} has part of a character`, { path });
  const view = new DataView(contents.buffer, contents.byteOffset, contents.byteLength);
  let text = '';
  for (let index = 0; index < contents.length; index += 4) text += scalar(view.getUint32(index), path);
  return text;
}

function scalar(codePoint: number, path: string): string {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    throw new FormatError('bad_value', `${path} holds what is no character`, { path });
  }
  return String.fromCodePoint(codePoint);
}

const DECODERS: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [TAG.utf8String, fromUtf8],
  [TAG.numericString, repertoire(/^[0-9 ]*$/, 'NumericString')],
  [TAG.printableString, repertoire(/^[A-Za-z0-9 '()+,./:=?-]*$/, 'PrintableString')],
  [TAG.teletexString, repertoire(/^[\s\S]*$/, 'TeletexString')],
  // Exactly ASCII, controls included: names inside certificates are compared elsewhere, with their own rules.
  [TAG.ia5String, repertoire(/^[\0-\x7f]*$/, 'IA5String')],
  [TAG.visibleString, repertoire(/^[\x20-\x7e]*$/, 'VisibleString')],
  [TAG.universalString, readUniversal],
  [TAG.bmpString, readBmp],
]);
