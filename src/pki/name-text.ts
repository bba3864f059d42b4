import type { Name, NameAttribute } from './name.ts';

const LABELS: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
]);

/**
 * A name as people write it: `CN=…, O=…`, most specific part first, as RFC 4514 orders it. For screens, logs and errors;
 * never compared, because many names share one text.
 */
export function nameText(name: Name): string {
  return name.rdns
    .toReversed()
    .map((rdn) => rdn.map(attributeText).join('+'))
    .join(', ');
}

function attributeText({ type, text }: NameAttribute): string {
  const value =
    text === null ? '#' : text.replace(/[,+"\\<>;=\p{Cc}\p{Cf}]/gu, (character) => escaped(character));
  return `${LABELS.get(type) ?? type}=${value}`;
}

/** Control and format characters are written as numbers: a certificate's name must not repaint an operator's terminal. */
function escaped(character: string): string {
  if (/[\p{Cc}\p{Cf}]/u.test(character)) return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  return `\\${character}`;
}
