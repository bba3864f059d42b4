import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeExplicit,
  writeImplicit,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../bytes/der-writer.ts';
import { type SigningForm, signedSequence } from './signature.ts';

const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  locality: '2.5.4.7',
  state: '2.5.4.8',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  cRLDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
export const USAGE = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;

/** Everything that a certificate of AMD's says; names are common names, the rest of the name is AMD's own. */
export type CertificateParts = {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Either half of the pair that the certificate is about. */
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly signing: SigningForm;
  /** Whole elements, from {@link extension}. */
  readonly extensions: readonly Uint8Array[];
};

/** RFC 5280, 4.1, with the fields in the encodings that AMD's certificates have. */
export function writeCertificate(parts: CertificateParts): Uint8Array {
  return signedSequence(
    (algorithm) =>
      writeSequence(
        writeExplicit(0, writeInteger(2)),
        writeInteger(parts.serial),
        algorithm,
        amdName(parts.issuer),
        writeSequence(writeTime(parts.notBefore), writeTime(parts.notAfter)),
        amdName(parts.subject),
        spki(parts.key),
        ...(parts.extensions.length === 0 ? [] : [writeExplicit(3, writeSequence(...parts.extensions))]),
      ),
    parts.signer,
    parts.signing,
  );
}

/** The order and string types of AMD's names: the country is a PrintableString, all else UTF-8. */
export function amdName(commonName: string): Uint8Array {
  return writeSequence(
    attribute(OID.organizationalUnit, 'Engineering'),
    attribute(OID.country, 'US', TAG.printableString),
    attribute(OID.locality, 'Santa Clara'),
    attribute(OID.state, 'CA'),
    attribute(OID.organization, 'Advanced Micro Devices'),
    attribute(OID.commonName, commonName),
  );
}

function attribute(oid: string, value: string, tag: number = TAG.utf8String): Uint8Array {
  return writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(tag, value)));
}

/** @param value the DER (or, in some of AMD's, raw) contents of the OCTET STRING */
export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

/** One octet with one bit unused, as AMD has it also where DER would drop the zero after keyCertSign. */
export function keyUsage(bits: readonly number[]): Uint8Array {
  const octet = bits.reduce((set, bit) => set | (0x80 >> bit), 0);
  return extension(OID.keyUsage, writeBitString(Uint8Array.of(octet), 1), true);
}

/** @param pathLength null for none: AMD's ARKs state none, its ASKs and ASVKs zero */
export function basicConstraints(ca: boolean, pathLength: number | null): Uint8Array {
  const length = pathLength === null ? [] : [writeInteger(pathLength)];
  return extension(OID.basicConstraints, writeSequence(...(ca ? [writeBoolean(true)] : []), ...length), true);
}

export function subjectKeyIdentifier(key: KeyObject): Uint8Array {
  return extension(OID.subjectKeyIdentifier, writeOctetString(keyIdentifier(key)));
}

export function authorityKeyIdentifier(key: KeyObject): Uint8Array {
  return extension(OID.authorityKeyIdentifier, writeSequence(writeImplicit(0, keyIdentifier(key))));
}

export function crlDistributionPoint(url: string): Uint8Array {
  const name = writeImplicit(6, Buffer.from(url, 'latin1'));
  const point = writeSequence(writeExplicit(0, writeExplicit(0, name)));
  return extension(OID.cRLDistributionPoints, writeSequence(point));
}

/** RFC 5280, 4.2.1.2, method 1: SHA-1 of the BIT STRING's contents, which for RSA-4096 begin at byte 24. */
function keyIdentifier(key: KeyObject): Uint8Array {
  const { n, e } = publicHalf(key).export({ format: 'jwk' });
  const bits =
    n === undefined || e === undefined
      ? spki(key)
      : writeSequence(writeInteger(Buffer.from(n, 'base64url')), writeInteger(Buffer.from(e, 'base64url')));
  return new Uint8Array(createHash('sha1').update(bits).digest());
}

function spki(key: KeyObject): Uint8Array {
  return new Uint8Array(publicHalf(key).export({ type: 'spki', format: 'der' }));
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}
