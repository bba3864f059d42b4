import { FormatError } from '../../../bytes/errors.ts';
import { fromUtf8 } from '../../../bytes/text.ts';

/** Char (XML 1.0, 2.2), less the ones beyond the basic plane, which are well formed by UTF-8's own rules. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** UTF-8 to characters, with line ends as XML reads them (2.11). @throws FormatError `bad_value` */
export function xmlCharacters(bytes: Uint8Array): string {
  const text = fromUtf8(bytes, 'xml').replace(/\r\n?/g, '\n');
  const at = text.search(FORBIDDEN);
  if (at === -1) return text;
  throw new FormatError('bad_value', `character ${at} is none that XML admits`, { path: 'xml', offset: at });
}

/** Replaces references: to the five entities that need no declaration, and to characters. @throws FormatError `bad_value` */
export function resolveReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&([^;&]{0,12};?)/g, (_, reference: string) => {
    const name = reference.endsWith(';') ? reference.slice(0, -1) : '';
    const text = ENTITIES.get(name) ?? character(name);
    if (text !== null) return text;
    throw new FormatError('bad_value', `reference &${reference} is neither to a character nor predefined`, {
      path: 'xml',
      actual: `&${reference}`,
    });
  });
}

function character(name: string): string | null {
  const digits = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (digits === null) return null;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  const text = String.fromCodePoint(code);
  return FORBIDDEN.test(text) ? null : text;
}
