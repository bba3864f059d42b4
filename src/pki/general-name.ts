import type { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive, TAG } from '../bytes/der-tag.ts';
import { type Name, readName } from './name.ts';

/**
 * GeneralName (RFC 5280 section 4.2.1.6). Forms that nothing here understands keep their tag, so that a constraint on
 * them can still be noticed and refused.
 */
export type GeneralName =
  | { readonly form: 'dNSName' | 'rfc822Name' | 'uniformResourceIdentifier'; readonly value: string }
  /** Network order: 4 or 16 bytes in an alternative name, 8 or 32 (address and mask) in a constraint. */
  | { readonly form: 'iPAddress'; readonly value: Uint8Array }
  | { readonly form: 'directoryName'; readonly value: Name }
  | { readonly form: 'registeredID'; readonly value: string }
  | { readonly form: 'otherName' | 'x400Address' | 'ediPartyName'; readonly value: Uint8Array };

const MAX_OCTETS = 16_384;

/** Reads one GeneralName. Throws FormatError; `bad_value` for a tag outside the choice. */
export function readGeneralName(reader: DerReader, field: string): GeneralName {
  const text = (tag: number): string =>
    reader.string(field, MAX_OCTETS, contextPrimitive(tag), TAG.ia5String);
  const opaque = (tag: number): Uint8Array =>
    reader.element(contextConstructed(tag), field, MAX_OCTETS).contents;
  if (reader.has(contextPrimitive(2))) return { form: 'dNSName', value: text(2) };
  if (reader.has(contextPrimitive(1))) return { form: 'rfc822Name', value: text(1) };
  if (reader.has(contextPrimitive(6))) return { form: 'uniformResourceIdentifier', value: text(6) };
  if (reader.has(contextPrimitive(7))) {
    return { form: 'iPAddress', value: reader.octetString(field, 32, contextPrimitive(7)) };
  }
  if (reader.has(contextConstructed(4))) {
    // Name is a CHOICE, so its implicit tag becomes explicit (X.680 section 31.2.7).
    const value = reader.nested(contextConstructed(4), field, MAX_OCTETS, (inner) => readName(inner, 'name'));
    return { form: 'directoryName', value };
  }
  if (reader.has(contextPrimitive(8))) {
    return { form: 'registeredID', value: reader.oid(field, contextPrimitive(8)) };
  }
  if (reader.has(contextConstructed(0))) return { form: 'otherName', value: opaque(0) };
  if (reader.has(contextConstructed(3))) return { form: 'x400Address', value: opaque(3) };
  if (reader.has(contextConstructed(5))) return { form: 'ediPartyName', value: opaque(5) };
  throw reader.error('bad_value', field, 'is no GeneralName');
}
