import { createHash } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeExplicit,
  writeImplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../bytes/der-writer.ts';
import type { SigningKey } from './signing-key.ts';

/** What stands as the organisation in every name, so that nobody takes these certificates for Intel's. */
export const ORGANIZATION = 'Sextant demonstration, not Intel';

const OID = {
  commonName: '2.5.4.3',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  cRLDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

export const ECDSA_WITH_SHA256: Uint8Array = writeSequence(writeObjectIdentifier('1.2.840.10045.4.3.2'));

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
const USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5, cRLSign: 6 } as const;

export type CertificateFields = {
  readonly commonName: string;
  readonly key: SigningKey;
  readonly issuerName: string;
  /** Signs, and names itself in the authority key identifier. */
  readonly issuerKey: SigningKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Big-endian. Intel's CAs use their key identifier, PCK certificates a random number; 20 bytes both. */
  readonly serial: Uint8Array;
  /** Null for what is no CA. */
  readonly pathLength: number | null;
  readonly crlUrl: string;
  /** Whole extensions after the six that each of Intel's certificates has. */
  readonly extensions: readonly Uint8Array[];
  /** Signs in the issuer's place, without its name: for a signature that does not hold. */
  readonly forger: SigningKey | null;
};

/** A certificate in the layout of Intel's SGX PKI: the same extensions, in the same order. */
export function writeCertificate(fields: CertificateFields): Uint8Array {
  const { pathLength } = fields;
  const isCa = pathLength !== null;
  const tbs = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(fields.serial),
    ECDSA_WITH_SHA256,
    writeName(fields.issuerName),
    writeSequence(writeTime(fields.notBefore), writeTime(fields.notAfter)),
    writeName(fields.commonName),
    fields.key.spki,
    writeExplicit(
      3,
      writeSequence(
        authorityKeyIdentifier(fields.issuerKey),
        extension(OID.cRLDistributionPoints, false, distributionPoint(fields.crlUrl)),
        extension(OID.subjectKeyIdentifier, false, writeOctetString(keyIdentifier(fields.key))),
        extension(
          OID.keyUsage,
          true,
          writeNamedBits(
            isCa ? [USAGE.keyCertSign, USAGE.cRLSign] : [USAGE.digitalSignature, USAGE.nonRepudiation],
          ),
        ),
        extension(
          OID.basicConstraints,
          true,
          isCa ? writeSequence(writeBoolean(true), writeInteger(pathLength)) : writeSequence(),
        ),
        ...fields.extensions,
      ),
    ),
  );
  return sealed(tbs, fields.forger ?? fields.issuerKey);
}

/** What is signed, the algorithm, and the signature: the shape of certificates and CRLs alike. */
export function sealed(tbs: Uint8Array, key: SigningKey): Uint8Array {
  return writeSequence(tbs, ECDSA_WITH_SHA256, writeBitString(key.signDer(tbs)));
}

/** Intel's order: the common name first, the country last and as a PrintableString. */
export function writeName(commonName: string): Uint8Array {
  return writeSequence(
    attribute(OID.commonName, TAG.utf8String, commonName),
    attribute(OID.organizationName, TAG.utf8String, ORGANIZATION),
    attribute(OID.localityName, TAG.utf8String, 'Santa Clara'),
    attribute(OID.stateOrProvinceName, TAG.utf8String, 'CA'),
    attribute(OID.countryName, TAG.printableString, 'US'),
  );
}

export function authorityKeyIdentifier(issuer: SigningKey): Uint8Array {
  return extension(OID.authorityKeyIdentifier, false, writeSequence(writeImplicit(0, keyIdentifier(issuer))));
}

export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

/** RFC 5280, 4.2.1.2, method 1: SHA-1 over the point as it stands in the BIT STRING. */
export function keyIdentifier(key: SigningKey): Uint8Array {
  const point = Buffer.concat([Uint8Array.of(4), key.point]);
  return new Uint8Array(createHash('sha1').update(point).digest());
}

function attribute(oid: string, tag: number, value: string): Uint8Array {
  return writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(tag, value)));
}

/** One DistributionPoint whose fullName is one URI (RFC 5280, 4.2.1.13). */
function distributionPoint(url: string): Uint8Array {
  const uri = writeImplicit(6, Buffer.from(url, 'latin1'));
  return writeSequence(writeSequence(writeExplicit(0, writeExplicit(0, uri))));
}
