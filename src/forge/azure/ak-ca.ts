import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  writeBoolean,
  writeImplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '../../bytes/der-writer.ts';
import { certificate, commonName, extension, keyIdentifier, spki, USAGE } from '../tpm/certificate.ts';

/** What stands in every subject, so that nobody takes these certificates for Azure's. */
const DISCLAIMER = 'Sextant demonstration, not Azure';
const DAY_MS = 86_400_000;

const OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  ekCertificate: '2.23.133.8.1',
  aikCertificate: '2.23.133.8.3',
} as const;

/** What a test may have otherwise in an AK certificate. */
export type AkCertificateChange = {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Extended key usage; default: attestation. */
  readonly purpose?: 'aik' | 'ek';
};

/** A throwaway PKI in the place of Azure's for vTPMs: a root, one CA below it, AK certificates of one year. */
export type AkCa = {
  /** DER. */
  readonly root: Uint8Array;
  readonly intermediate: Uint8Array;
  /** The certificate of this key, DER. */
  readonly certify: (ak: KeyObject, change?: AkCertificateChange) => Uint8Array;
};

export function makeAkCa(at: Date): AkCa {
  const days = (count: number): Date => new Date(at.getTime() + count * DAY_MS);
  const [rootKey, caKey] = [newKey(), newKey()];
  const rootName = commonName(`${DISCLAIMER}: vTPM root`);
  const caName = commonName(`${DISCLAIMER}: vTPM CA 01`);
  const root = certificate({
    privateKey: rootKey,
    issuer: rootName,
    subject: rootName,
    key: publicHalf(rootKey),
    notBefore: days(-900),
    notAfter: days(8000),
    extensions: caExtensions(rootKey, rootKey, null),
  });
  const intermediate = certificate({
    privateKey: rootKey,
    issuer: rootName,
    subject: caName,
    key: publicHalf(caKey),
    notBefore: days(-400),
    notAfter: days(400),
    extensions: [...caExtensions(caKey, rootKey, 0), purposes('ekCertificate', 'aikCertificate')],
  });
  return {
    root,
    intermediate,
    certify: (ak, { notBefore = days(-30), notAfter = days(335), purpose = 'aik' } = {}) =>
      certificate({
        privateKey: caKey,
        issuer: caName,
        subject: commonName(`${DISCLAIMER}: a VM`),
        key: spki(ak),
        notBefore,
        notAfter,
        extensions: [
          extension(OID.basicConstraints, true, writeSequence()),
          extension(OID.keyUsage, true, writeNamedBits([USAGE.digitalSignature])),
          purposes(purpose === 'aik' ? 'aikCertificate' : 'ekCertificate'),
          authority(caKey),
        ],
      }),
  };
}

function caExtensions(key: KeyObject, issuer: KeyObject, pathLength: number | null): Uint8Array[] {
  const length = pathLength === null ? [] : [writeInteger(pathLength)];
  return [
    extension(OID.basicConstraints, true, writeSequence(writeBoolean(true), ...length)),
    extension(OID.keyUsage, true, writeNamedBits([USAGE.keyCertSign, USAGE.cRLSign])),
    extension(OID.subjectKeyIdentifier, false, writeOctetString(keyIdentifier(publicHalf(key)))),
    authority(issuer),
  ];
}

function authority(issuer: KeyObject): Uint8Array {
  const identifier = writeImplicit(0, keyIdentifier(publicHalf(issuer)));
  return extension(OID.authorityKeyIdentifier, false, writeSequence(identifier));
}

function purposes(...names: readonly ('ekCertificate' | 'aikCertificate')[]): Uint8Array {
  const oids = names.map((name) => writeObjectIdentifier(OID[name]));
  return extension(OID.extKeyUsage, false, writeSequence(...oids));
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function publicHalf(key: KeyObject): Uint8Array {
  return spki(createPublicKey(key));
}
