import type { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive } from '../bytes/der-tag.ts';
import type { Departures } from './departure.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';

export type BasicConstraints = {
  readonly cA: boolean;
  /** How many intermediate certificates, self-issued ones not counted, may follow. */
  readonly pathLenConstraint: number | null;
};

/** Bits of KeyUsage in their order (RFC 5280 section 4.2.1.3). */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof KEY_USAGES)[number];

export type AuthorityKeyIdentifier = {
  readonly keyIdentifier: Uint8Array | null;
  readonly authorityCertIssuer: readonly GeneralName[] | null;
  /** The INTEGER's contents, as a certificate's serial number has them. */
  readonly authorityCertSerialNumber: Uint8Array | null;
};

const MAX_PATH_LENGTH = 0x7fff_ffff;

/** Section 4.2.1.9. A path length beside `cA` FALSE constrains nothing and is refused. */
export function readBasicConstraints(outer: DerReader, departures: Departures): BasicConstraints {
  return outer.sequence('basicConstraints', 64, (reader) => {
    const cA = reader.defaultFalse('cA', () => void departures.add('default_spelled_out'));
    const pathLenConstraint = reader.atEnd ? null : reader.smallInteger('pathLenConstraint', MAX_PATH_LENGTH);
    if (!cA && pathLenConstraint !== null) {
      throw reader.error('bad_value', 'pathLenConstraint', 'stands in a certificate that is no CA');
    }
    return { cA, pathLenConstraint };
  });
}

/** Section 4.2.1.3. Bits beyond decipherOnly have no meaning and are refused. */
export function readKeyUsage(reader: DerReader, departures: Departures): ReadonlySet<KeyUsage> {
  const tolerate = (): void => void departures.add('key_usage_trailing_zeros');
  const usages = reader.namedBits('keyUsage', 2, undefined, tolerate).map((bit) => {
    const usage = KEY_USAGES[bit];
    if (usage === undefined) throw reader.error('bad_value', 'keyUsage', `sets bit ${bit}`);
    return usage;
  });
  return new Set(usages);
}

/** Section 4.2.1.1. */
export function readAuthorityKeyIdentifier(outer: DerReader): AuthorityKeyIdentifier {
  return outer.sequence('authorityKeyIdentifier', 16_384, (reader) => ({
    keyIdentifier: reader.has(contextPrimitive(0))
      ? reader.octetString('keyIdentifier', 64, contextPrimitive(0))
      : null,
    authorityCertIssuer: reader.has(contextConstructed(1))
      ? reader.sequenceOf(
          'authorityCertIssuer',
          16_384,
          16,
          (inner) => readGeneralName(inner, 'name'),
          contextConstructed(1),
        )
      : null,
    authorityCertSerialNumber: reader.has(contextPrimitive(2))
      ? reader.integer('authorityCertSerialNumber', 64, contextPrimitive(2))
      : null,
  }));
}
