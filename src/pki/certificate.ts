import { hash } from 'node:crypto';
import { DerReader } from '../bytes/der.ts';
import { contextConstructed, contextPrimitive } from '../bytes/der-tag.ts';
import type { DerTime } from '../bytes/der-time.ts';
import { equalBytes } from '../bytes/equal.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts';
import type { Departure, Departures } from './departure.ts';
import { type Extensions, readExtensions } from './extensions.ts';
import { type Name, readName } from './name.ts';
import { type PublicKeyInfo, readPublicKeyInfo } from './public-key.ts';

/**
 * An X.509 certificate, parsed and nothing more: no signature, date or chain has been looked at. Path validation is
 * {@link verifyPath}'s.
 */
export type Certificate = {
  /** The whole certificate, as received. */
  readonly der: Uint8Array;
  /** SHA-256 of `der`, lower-case hexadecimal. */
  readonly sha256: string;
  /** TBSCertificate, exactly the bytes that were signed. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** The INTEGER's contents: two's complement, so that a negative number stays what it is. */
  readonly serialNumber: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Both ends included (RFC 5280 section 4.1.2.5). */
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: PublicKeyInfo;
  readonly extensions: Extensions;
  /** What RFC 5280 forbids issuers but section 6 does not ask: profiles decide about it. */
  readonly departures: ReadonlySet<Departure>;
};

/** Webpki's ceiling too: a certificate that needs more is not one that anybody here issues. */
export const MAX_CERTIFICATE_OCTETS = 65_535;

/** Long serials are judged by profile, but none is read without bound. */
const MAX_SERIAL_OCTETS = 64;
const MAX_SIGNATURE_OCTETS = 2600;

/**
 * Reads one DER certificate (RFC 5280 section 4.1), strictly, and nothing after it. The input is copied.
 *
 * Supports versions 1 to 3. Throws FormatError. Unproven afterwards: everything that the certificate says.
 */
export function parseCertificate(input: Uint8Array): Certificate {
  const der = new Uint8Array(input);
  return DerReader.parse(der, 'Certificate', (reader) =>
    reader.sequence('certificate', MAX_CERTIFICATE_OCTETS, (outer) => {
      const { value: body, raw: tbs } = outer.withBytes(readTbsCertificate);
      const signatureAlgorithm = readAlgorithmIdentifier(outer, 'signatureAlgorithm');
      // 4.1.1.2: the algorithm inside the signature must be the one outside, which nobody signed.
      if (!equalBytes(signatureAlgorithm.der, body.signature.der)) {
        throw outer.error('bad_value', 'signatureAlgorithm', 'differs from the signed one');
      }
      const signature = outer.bitStringOctets('signatureValue', MAX_SIGNATURE_OCTETS);
      const { signature: _, ...fields } = body;
      return { der, sha256: sha256Hex(der), tbs, signatureAlgorithm, signature, ...fields };
    }),
  );
}

function readTbsCertificate(outer: DerReader) {
  const departures: Departures = new Set();
  return outer.sequence('tbsCertificate', MAX_CERTIFICATE_OCTETS, (reader) => {
    const version = readVersion(reader);
    const serialNumber = reader.integer('serialNumber', MAX_SERIAL_OCTETS);
    const signature = readAlgorithmIdentifier(reader, 'signature');
    const issuer = readName(reader, 'issuer', departures);
    const [notBefore, notAfter] = readValidity(reader);
    const subject = readName(reader, 'subject', departures);
    const publicKey = readPublicKeyInfo(reader, 'subjectPublicKeyInfo');
    // 4.1.2.8: unique identifiers are never issued now but must be recognised; nothing relies on them.
    for (const [number, field] of [
      [1, 'issuerUniqueID'],
      [2, 'subjectUniqueID'],
    ] as const) {
      const tag = contextPrimitive(number);
      if (version > 1 && reader.has(tag)) reader.bitString(field, 64, tag);
    }
    noteSerial(serialNumber, departures);
    noteTimes([notBefore, notAfter], departures);
    const extensions: Extensions =
      version === 3 && reader.has(contextConstructed(3))
        ? reader.nested(contextConstructed(3), 'extensions', MAX_CERTIFICATE_OCTETS, (inner) =>
            readExtensions(inner, departures),
          )
        : { others: new Map() };
    return {
      version,
      serialNumber,
      signature,
      issuer,
      notBefore: notBefore.instant,
      notAfter: notAfter.instant,
      subject,
      publicKey,
      extensions,
      departures,
    };
  });
}

/** 4.1.2.1: `[0] EXPLICIT INTEGER DEFAULT v1`, and DER leaves a default out. */
function readVersion(outer: DerReader): 1 | 2 | 3 {
  if (!outer.has(contextConstructed(0))) return 1;
  return outer.nested(contextConstructed(0), 'version', 8, (reader) => {
    const version = reader.smallInteger('version', 2);
    if (version === 0) throw reader.error('not_canonical', 'version', 'spells out its default');
    return version === 1 ? 2 : 3;
  });
}

function readValidity(outer: DerReader): [notBefore: DerTime, notAfter: DerTime] {
  return outer.sequence('validity', 64, (reader) => [reader.time('notBefore'), reader.time('notAfter')]);
}

function noteSerial(serialNumber: Uint8Array, departures: Departures): void {
  const [first = 0] = serialNumber;
  const magnitudeOctets = first === 0 ? serialNumber.length - 1 : serialNumber.length;
  if (magnitudeOctets === 0) departures.add('serial_zero');
  if (first >= 0x80) departures.add('serial_negative');
  if (magnitudeOctets > 20) departures.add('serial_too_long');
}

function noteTimes(times: readonly DerTime[], departures: Departures): void {
  if (times.some(({ instant, form }) => form === 'generalized' && instant.getUTCFullYear() < 2050)) {
    departures.add('generalized_time_early');
  }
}

/** Issuer and subject are the same entity (6.1): key rollover, and trust anchors. Says nothing of who signed. */
export function isSelfIssued(certificate: Certificate): boolean {
  return certificate.issuer.canonical === certificate.subject.canonical;
}

function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
