/**
 * Identifier octets of the ASN.1 types that Sextant reads (X.680 section 8.4, X.690 section 8.1.2).
 *
 * Only tag numbers below 31 exist here: nothing in X.509, CRLs, OCSP or TPM attributes needs the long form, and a
 * reader that does not know it cannot be confused by it.
 */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[n] IMPLICIT` over a primitive type. */
export function contextPrimitive(number: number): number {
  return 0x80 | number;
}

/** `[n] EXPLICIT`, or `[n] IMPLICIT` over a constructed type. */
export function contextConstructed(number: number): number {
  return 0xa0 | number;
}
