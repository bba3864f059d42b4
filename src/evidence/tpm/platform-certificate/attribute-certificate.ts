import { hash } from 'node:crypto';
import { DerReader } from '../../../bytes/der.ts';
import { contextConstructed, TAG } from '../../../bytes/der-tag.ts';
import { equalBytes } from '../../../bytes/equal.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../../../pki/algorithm-identifier.ts';
import { type Extensions, readExtensions } from '../../../pki/extensions.ts';
import { readGeneralName } from '../../../pki/general-name.ts';
import type { Name } from '../../../pki/index.ts';

/**
 * An X.509 attribute certificate (RFC 5755, 4.1) as the TCG Platform Certificate Profile has it, parsed and nothing more.
 *
 * Supported: version 2, an issuer by one directory name (v2Form), a holder by base certificate or by the digest of a
 * certificate. Refused: holders by entity name alone, other digested objects, issuers by certificate.
 */
export type AttributeCertificate = {
  /** The whole certificate, as received. */
  readonly der: Uint8Array;
  /** SHA-256 of `der`, lower-case hexadecimal. */
  readonly sha256: string;
  /** AttributeCertificateInfo, exactly the bytes that were signed. */
  readonly tbs: Uint8Array;
  readonly holder: Holder;
  readonly issuer: Name;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** Both ends included (RFC 5755, 4.2.6). */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Values still encoded, by object identifier. */
  readonly attributes: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly extensions: Extensions;
};

/** Which certificate it is about: what is stated must all hold, and something is. */
export type Holder = {
  readonly certificate: { readonly issuer: Name; readonly serialNumber: Uint8Array } | null;
  readonly digest: { readonly algorithm: 'sha256' | 'sha384' | 'sha512'; readonly value: Uint8Array } | null;
};

const MAX_OCTETS = 65_535;
const MAX_SIGNATURE_OCTETS = 2600;
const MAX_ATTRIBUTES = 64;
const MAX_SERIAL_OCTETS = 64;
const HASHES: ReadonlyMap<string, 'sha256' | 'sha384' | 'sha512'> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);
/** DigestedObjectType (RFC 5755, 4.2.2). */
const PUBLIC_KEY_CERT = 1;

/** @throws FormatError */
export function parseAttributeCertificate(input: Uint8Array): AttributeCertificate {
  const der = new Uint8Array(input);
  return DerReader.parse(der, 'AttributeCertificate', (reader) =>
    reader.sequence('certificate', MAX_OCTETS, (outer) => {
      const { value: info, raw: tbs } = outer.withBytes(readInfo);
      const signatureAlgorithm = readAlgorithmIdentifier(outer, 'signatureAlgorithm');
      if (!equalBytes(signatureAlgorithm.der, info.algorithm.der)) {
        throw outer.error('bad_value', 'signatureAlgorithm', 'differs from the signed one');
      }
      const signature = outer.bitStringOctets('signatureValue', MAX_SIGNATURE_OCTETS);
      const { algorithm: _, ...fields } = info;
      return { der, sha256: hash('sha256', der, 'hex'), tbs, signatureAlgorithm, signature, ...fields };
    }),
  );
}

function readInfo(outer: DerReader) {
  return outer.sequence('acinfo', MAX_OCTETS, (reader) => {
    // AttCertVersion: v2 is 1, and nothing else is a version of this syntax.
    if (reader.smallInteger('version', 127) !== 1) throw reader.error('unsupported', 'version', 'is not v2');
    const holder = readHolder(reader);
    const issuer = readIssuer(reader);
    const algorithm = readAlgorithmIdentifier(reader, 'signature');
    reader.integer('serialNumber', MAX_SERIAL_OCTETS);
    const [notBefore, notAfter] = reader.sequence('attrCertValidityPeriod', 64, (inner) => [
      inner.generalizedTime('notBeforeTime').instant,
      inner.generalizedTime('notAfterTime').instant,
    ]);
    const attributes = readAttributes(reader);
    if (reader.has(TAG.bitString)) reader.bitString('issuerUniqueID', 64);
    const extensions: Extensions = reader.atEnd ? { others: new Map() } : readExtensions(reader, new Set());
    return { holder, issuer, algorithm, notBefore, notAfter, attributes, extensions };
  });
}

function readHolder(outer: DerReader): Holder {
  return outer.sequence('holder', MAX_OCTETS, (reader) => {
    const certificate = reader.has(contextConstructed(0))
      ? reader.nested(contextConstructed(0), 'baseCertificateID', MAX_OCTETS, (inner) => {
          const issuer = readDirectoryName(inner, 'issuer', TAG.sequence);
          const serialNumber = inner.integer('serial', MAX_SERIAL_OCTETS);
          if (inner.has(TAG.bitString)) inner.bitString('issuerUID', 64);
          return { issuer, serialNumber };
        })
      : null;
    if (reader.has(contextConstructed(1)))
      throw reader.error('unsupported', 'entityName', 'names no certificate');
    const digest = reader.has(contextConstructed(2)) ? readDigest(reader) : null;
    if (certificate === null && digest === null) throw reader.error('unsupported', 'holder', 'is not stated');
    return { certificate, digest };
  });
}

function readDigest(outer: DerReader): NonNullable<Holder['digest']> {
  return outer.nested(contextConstructed(2), 'objectDigestInfo', 512, (reader) => {
    const type = reader.smallInteger('digestedObjectType', 2, TAG.enumerated);
    if (type !== PUBLIC_KEY_CERT)
      throw reader.error('unsupported', 'digestedObjectType', 'is no certificate');
    const { oid } = readAlgorithmIdentifier(reader, 'digestAlgorithm');
    const algorithm = HASHES.get(oid);
    if (algorithm === undefined)
      throw reader.error('unsupported', 'digestAlgorithm', 'is not read here', { actual: oid });
    return { algorithm, value: reader.bitStringOctets('objectDigest', 64) };
  });
}

/** AttCertIssuer: `[0] V2Form` with nothing but one directory name (RFC 5755, 4.2.3). */
function readIssuer(outer: DerReader): Name {
  if (!outer.has(contextConstructed(0))) throw outer.error('unsupported', 'issuer', 'is not of the v2Form');
  return outer.nested(contextConstructed(0), 'issuer', MAX_OCTETS, (reader) =>
    readDirectoryName(reader, 'issuerName', TAG.sequence),
  );
}

/** GeneralNames that must be one directory name (RFC 5755, 4.2.2 and 4.2.3). */
function readDirectoryName(outer: DerReader, field: string, tag: number): Name {
  return outer.nested(tag, field, MAX_OCTETS, (reader) => {
    const name = readGeneralName(reader, field);
    if (name.form !== 'directoryName' || !reader.atEnd) {
      throw reader.error('unsupported', field, 'is not one directory name');
    }
    return name.value;
  });
}

function readAttributes(outer: DerReader): ReadonlyMap<string, readonly Uint8Array[]> {
  const attributes = new Map<string, readonly Uint8Array[]>();
  outer.sequence('attributes', MAX_OCTETS, (reader) => {
    while (!reader.atEnd) {
      reader.sequence('attribute', MAX_OCTETS, (attribute) => {
        const type = attribute.oid('type');
        if (attributes.has(type))
          throw attribute.error('duplicate', 'attribute', 'stands twice', { actual: type });
        if (attributes.size >= MAX_ATTRIBUTES)
          throw attribute.error('budget_exceeded', 'attributes', 'are too many');
        // Component lists come in the order in which they were found, whatever DER asks of a SET.
        const values = attribute.setOf(
          'values',
          MAX_OCTETS,
          MAX_ATTRIBUTES,
          (value) => value.any('value', MAX_OCTETS).raw,
          () => {},
        );
        attributes.set(type, values);
      });
    }
  });
  return attributes;
}
