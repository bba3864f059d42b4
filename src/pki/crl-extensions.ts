import { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive, TAG } from '../bytes/der-tag.ts';
import { toHex } from '../bytes/text.ts';
import { readAuthorityKeyIdentifier } from './extension-keys.ts';
import { type DistributionPoint, readDistributionPointName } from './extension-locations.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import { type RevocationReason, revocationReason } from './revocation-reason.ts';

/** IssuingDistributionPoint (RFC 5280, section 5.2.5): what a CRL covers. */
type IssuingDistributionPoint = {
  /** The extension's value: a delta covers the same scope only if its bytes are the same. */
  readonly der: Uint8Array;
  /** Null where the CRL names no distribution point. */
  readonly name: Pick<DistributionPoint, 'fullName' | 'relativeName'> | null;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCACerts: boolean;
  readonly onlyContainsAttributeCerts: boolean;
  /** Numbers of the ReasonFlags that are set; null means all reasons. */
  readonly onlySomeReasons: readonly number[] | null;
  readonly indirectCRL: boolean;
};

/** Extensions of a CRL (section 5.2), as far as they bear on whether and for what it may be used. */
export type CrlExtensions = {
  /** keyIdentifier of the AuthorityKeyIdentifier. */
  readonly authorityKeyIdentifier: Uint8Array | null;
  readonly crlNumber: bigint | null;
  readonly crlNumberCritical: boolean;
  /** BaseCRLNumber: present exactly in delta CRLs (section 5.2.4). */
  readonly deltaBase: bigint | null;
  readonly issuingDistributionPoint: IssuingDistributionPoint | null;
  /** Critical extensions that are not understood: with any, the CRL must not be used (section 5.2). */
  readonly unknownCritical: readonly string[];
};

/** Extensions of one entry (section 5.3). */
export type EntryExtensions = {
  readonly reason: RevocationReason;
  readonly invalidityDate: Date | null;
  /** Names of the certificate's issuer, where an indirect CRL switches to another (section 5.3.3). */
  readonly certificateIssuer: readonly GeneralName[] | null;
  readonly unknownCritical: readonly string[];
};

const CRL_NUMBER = '2.5.29.20';
const REASON_CODE = '2.5.29.21';
const INVALIDITY_DATE = '2.5.29.24';
const DELTA_CRL_INDICATOR = '2.5.29.27';
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';
const CERTIFICATE_ISSUER = '2.5.29.29';
const AUTHORITY_KEY_IDENTIFIER = '2.5.29.35';

const MAX_EXTENSION_OCTETS = 65_535;
const MAX_EXTENSIONS = 32;
/** Section 5.2.3: CRL numbers of up to 20 octets must be handled, longer ones not issued. */
const MAX_CRL_NUMBER_OCTETS = 20;

export const NO_CRL_EXTENSIONS: CrlExtensions = {
  authorityKeyIdentifier: null,
  crlNumber: null,
  crlNumberCritical: false,
  deltaBase: null,
  issuingDistributionPoint: null,
  unknownCritical: [],
};

/** Throws FormatError, `duplicate` for an extension that stands twice. */
export function readCrlExtensions(outer: DerReader): CrlExtensions {
  const known: { -readonly [Field in keyof CrlExtensions]: CrlExtensions[Field] } = { ...NO_CRL_EXTENSIONS };
  known.unknownCritical = readEach(outer, 'crlExtensions', (oid, value, critical) => {
    switch (oid) {
      case AUTHORITY_KEY_IDENTIFIER:
        known.authorityKeyIdentifier = parse(value, oid, readAuthorityKeyIdentifier).keyIdentifier;
        return true;
      case CRL_NUMBER:
        known.crlNumber = parse(value, oid, readCrlNumber);
        known.crlNumberCritical = critical;
        return true;
      case DELTA_CRL_INDICATOR:
        known.deltaBase = parse(value, oid, readCrlNumber);
        return true;
      case ISSUING_DISTRIBUTION_POINT:
        known.issuingDistributionPoint = { der: value, ...parse(value, oid, readIssuingDistributionPoint) };
        return true;
      default:
        return false;
    }
  });
  return known;
}

/** Throws FormatError, `duplicate` for an extension that stands twice. */
export function readEntryExtensions(outer: DerReader): EntryExtensions {
  const known: { -readonly [Field in keyof EntryExtensions]: EntryExtensions[Field] } = {
    reason: 'unspecified',
    invalidityDate: null,
    certificateIssuer: null,
    unknownCritical: [],
  };
  known.unknownCritical = readEach(outer, 'crlEntryExtensions', (oid, value) => {
    switch (oid) {
      case REASON_CODE:
        known.reason = parse(value, oid, (reader) => readReason(reader, 'cRLReason'));
        return true;
      case INVALIDITY_DATE:
        known.invalidityDate = parse(value, oid, (reader) =>
          reader.generalizedTime('invalidityDate'),
        ).instant;
        return true;
      case CERTIFICATE_ISSUER:
        known.certificateIssuer = parse(value, oid, (reader) =>
          reader.sequenceOf('certificateIssuer', MAX_EXTENSION_OCTETS, 16, (inner) =>
            readGeneralName(inner, 'name'),
          ),
        );
        return true;
      default:
        return false;
    }
  });
  return known;
}

/** CRLReason, an ENUMERATED. Throws FormatError `bad_value` for a number that has no meaning. */
export function readReason(reader: DerReader, field: string): RevocationReason {
  const number = reader.smallInteger(field, 10, TAG.enumerated);
  const reason = revocationReason(number);
  if (reason === null) throw reader.error('bad_value', field, `is ${number}, which no reason has`);
  return reason;
}

/** Hands each extension to `accept`; returns the identifiers of critical ones that it did not accept. */
export function readEach(
  outer: DerReader,
  field: string,
  accept: (oid: string, value: Uint8Array, critical: boolean) => boolean,
): string[] {
  const seen = new Set<string>();
  const unknownCritical: string[] = [];
  outer.sequenceOf(field, MAX_EXTENSION_OCTETS, MAX_EXTENSIONS, (reader) =>
    reader.sequence('extension', MAX_EXTENSION_OCTETS, (inner) => {
      const oid = inner.oid('extnID');
      if (seen.has(oid)) throw inner.error('duplicate', 'extnID', `${oid} stands twice`);
      seen.add(oid);
      const critical = inner.defaultFalse('critical');
      const value = inner.octetString('extnValue', MAX_EXTENSION_OCTETS);
      if (!accept(oid, value, critical) && critical) unknownCritical.push(oid);
    }),
  );
  return unknownCritical;
}

function parse<T>(value: Uint8Array, oid: string, read: (reader: DerReader) => T): T {
  return DerReader.parse(value, `extension ${oid}`, read);
}

function readCrlNumber(reader: DerReader): bigint {
  return BigInt(`0x${toHex(reader.unsignedInteger('crlNumber', MAX_CRL_NUMBER_OCTETS))}`);
}

function readIssuingDistributionPoint(outer: DerReader): Omit<IssuingDistributionPoint, 'der'> {
  return outer.sequence('issuingDistributionPoint', MAX_EXTENSION_OCTETS, (reader) => {
    const name = reader.has(contextConstructed(0))
      ? reader.nested(contextConstructed(0), 'name', MAX_EXTENSION_OCTETS, readDistributionPointName)
      : null;
    const flag = (number: number, field: string): boolean => {
      const tag = contextPrimitive(number);
      if (!reader.has(tag)) return false;
      if (reader.boolean(field, tag)) return true;
      throw reader.error('not_canonical', field, 'spells out its default');
    };
    const onlyContainsUserCerts = flag(1, 'onlyContainsUserCerts');
    const onlyContainsCACerts = flag(2, 'onlyContainsCACerts');
    const onlySomeReasons = reader.has(contextPrimitive(3))
      ? reader.namedBits('onlySomeReasons', 2, contextPrimitive(3))
      : null;
    const indirectCRL = flag(4, 'indirectCRL');
    const onlyContainsAttributeCerts = flag(5, 'onlyContainsAttributeCerts');
    return {
      name,
      onlyContainsUserCerts,
      onlyContainsCACerts,
      onlyContainsAttributeCerts,
      onlySomeReasons,
      indirectCRL,
    };
  });
}
