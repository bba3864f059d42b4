import { DerReader } from '../bytes/der.ts';
import { isStringTag, readString } from '../bytes/der-string.ts';
import { FormatError } from '../bytes/errors.ts';
import { toHex } from '../bytes/text.ts';
import type { Departures } from './departure.ts';

/** One AttributeTypeAndValue of a distinguished name (RFC 5280 section 4.1.2.4). */
export type NameAttribute = {
  /** Dotted object identifier, e.g. `2.5.4.3`. */
  readonly type: string;
  /** The text; null where the value is no character string or holds what its type does not admit. */
  readonly text: string | null;
};

/**
 * A distinguished name, with its bytes and with the form in which RFC 5280 section 7.1 compares it.
 *
 * Two names match if their `canonical` are equal; one lies below another if the other's `canonicalRdns` are a prefix.
 */
export type Name = {
  readonly der: Uint8Array;
  readonly rdns: readonly (readonly NameAttribute[])[];
  readonly canonicalRdns: readonly string[];
  readonly canonical: string;
};

const MAX_NAME_OCTETS = 16_384;
const MAX_RDNS = 64;
const MAX_ATTRIBUTES = 16;

/** A DER-encoded Name, nothing before or after it. Throws FormatError. */
export function parseName(der: Uint8Array): Name {
  return DerReader.parse(der, 'Name', (reader) => readName(reader, 'rdnSequence'));
}

/**
 * Every chip's certificate repeats the names of its maker, and reading them is half the work of reading it. Names in order
 * are remembered by their bytes; the oldest goes when there are too many, and long ones are not worth the room.
 */
const known = new Map<string, Name>();
const MAX_KNOWN = 512;
const MAX_KNOWN_OCTETS = 512;

/**
 * Reads a Name at the reader's position. Throws FormatError.
 * @param departures where a multi-valued RDN out of order is noted; without it, it is refused
 */
export function readName(reader: DerReader, field: string, departures?: Departures): Name {
  const raw = reader.peek(MAX_KNOWN_OCTETS);
  if (raw === null) return readEach(reader, field, departures);
  const key = Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
  const name = known.get(key);
  if (name !== undefined) {
    reader.any(field, MAX_KNOWN_OCTETS);
    return name;
  }
  const found: Departures = new Set();
  const read = readEach(reader, field, departures === undefined ? undefined : found);
  for (const departure of found) departures?.add(departure);
  if (found.size === 0) remember(key, read);
  return read;
}

function remember(key: string, name: Name): void {
  if (known.size >= MAX_KNOWN) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  // Not a view: a name must not keep the certificate that it was read in.
  known.set(key, { ...name, der: new Uint8Array(name.der) });
}

function readEach(reader: DerReader, field: string, departures: Departures | undefined): Name {
  const tolerate = departures && (() => void departures.add('rdn_out_of_order'));
  const { value: rdns, raw: der } = reader.withBytes((outer) =>
    outer.sequenceOf(
      field,
      MAX_NAME_OCTETS,
      MAX_RDNS,
      (inner) => inner.setOf('rdn', MAX_NAME_OCTETS, MAX_ATTRIBUTES, readAttribute, tolerate),
      undefined,
      0,
    ),
  );
  const canonicalRdns = rdns.map((rdn) =>
    rdn
      .map((attribute) => attribute.canonical)
      .toSorted()
      .join('+'),
  );
  return {
    der,
    rdns: rdns.map((rdn) => rdn.map(({ type, text }) => ({ type, text }))),
    canonicalRdns,
    canonical: canonicalRdns.join(','),
  };
}

export function equalNames(a: Name, b: Name): boolean {
  return a.canonical === b.canonical;
}

export function isEmptyName(name: Name): boolean {
  return name.rdns.length === 0;
}

/** Every value of one attribute type, in order; values that are no text are left out. */
export function attributeTexts(name: Name, type: string): string[] {
  return name.rdns
    .flat()
    .flatMap((attribute) => (attribute.type === type && attribute.text !== null ? [attribute.text] : []));
}

type CanonicalAttribute = NameAttribute & { readonly canonical: string };

function readAttribute(reader: DerReader): CanonicalAttribute {
  return reader.sequence('attribute', MAX_NAME_OCTETS, (inner) => {
    const type = inner.oid('type');
    const { tag, raw, contents } = inner.any('value', MAX_NAME_OCTETS);
    const text = textOf(tag, contents);
    // JSON keeps the separators `+` and `,` from being forged by a value that contains them.
    const canonical = JSON.stringify(text === null ? [type, 0, toHex(raw)] : [type, 1, foldText(text)]);
    return { type, text, canonical };
  });
}

/** Some makers put an underscore or an ampersand into a PrintableString: such a value is compared by its bytes alone. */
function textOf(tag: number, contents: Uint8Array): string | null {
  if (!isStringTag(tag)) return null;
  try {
    return readString(tag, contents, 'Name.value');
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

/**
 * RFC 5280 section 7.1 with the string preparation of RFC 4518: compatibility composition, case folding, and insignificant
 * space removed. The string's ASN.1 type does not matter, so a rollover from PrintableString to UTF8String keeps the name.
 */
function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
}
