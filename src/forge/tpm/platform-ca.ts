import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeImplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
} from '../../bytes/der-writer.ts';
import { formatPem } from '../../bytes/pem.ts';
import { parseCertificate } from '../../pki/index.ts';
import { attribute, certificate, commonName, extension, keyIdentifier, spki, USAGE } from './certificate.ts';

/** What stands in every subject, so that nobody takes these certificates for a maker's. */
const DISCLAIMER = 'Sextant demonstration, not a maker of machines';
const DAY_MS = 86_400_000;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256: '2.16.840.1.101.3.4.2.1',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  subjectAltName: '2.5.29.17',
  platformManufacturerStr: '2.23.133.5.1.1',
  platformModel: '2.23.133.5.1.4',
  platformVersion: '2.23.133.5.1.5',
  platformSerial: '2.23.133.5.1.6',
  credentialType: '2.23.133.2.25',
  basePlatform: '2.23.133.8.2',
} as const;

export type ForgedMachine = {
  readonly manufacturer: string;
  readonly model: string;
  readonly serial: string;
};

/** What to bend, one thing at a time. */
export type PlatformBent = {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** By what it states whose it is. */
  readonly holder?: 'certificate' | 'digest' | 'both' | 'entity-name' | 'none';
  /** Members of the alternative name, by object identifier and text. */
  readonly names?: readonly (readonly [oid: string, text: string])[];
  /** The credential type that it states; none where null. */
  readonly type?: string | null;
  /** Further extensions, encoded. */
  readonly extensions?: readonly Uint8Array[];
  readonly version?: number;
};

/** A throwaway CA in the place of a maker of machines; trusted only where somebody adds its root by hand. */
export type PlatformCa = {
  readonly root: Uint8Array;
  readonly rootPem: string;
  readonly issue: Issue;
  /** Whoever the root certified besides, with the key of that certificate: a CA below it, or an end entity. */
  readonly certify: (
    as: 'ca' | 'end-entity',
    usages?: readonly number[],
    bent?: CertifiedBent,
  ) => PlatformIssuer;
};

/** A platform certificate (RFC 5755, TCG Platform Certificate Profile 1.1) for the TPM with this certificate, DER. */
type Issue = (ekCertificate: Uint8Array, machine: ForgedMachine, bent?: PlatformBent) => Uint8Array;

export type CertifiedBent = { readonly notAfter?: Date; readonly of?: PlatformIssuer };

export type PlatformIssuer = {
  readonly certificate: Uint8Array;
  readonly privateKey: KeyObject;
  readonly issue: Issue;
};

export function makePlatformCa(at: Date, name = 'platform root'): PlatformCa {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = commonName(`${DISCLAIMER}: ${name}`);
  const key = spki(createPublicKey(privateKey));
  const root = certificate({
    privateKey,
    issuer: subject,
    subject,
    key,
    notBefore: new Date(at.getTime() - 2 * DAY_MS),
    notAfter: new Date(at.getTime() + 3650 * DAY_MS),
    extensions: [
      extension(OID.basicConstraints, true, writeSequence(writeBoolean(true))),
      extension(OID.keyUsage, true, writeNamedBits([USAGE.digitalSignature, USAGE.keyCertSign])),
      extension(OID.subjectKeyIdentifier, false, writeOctetString(keyIdentifier(key))),
    ],
  });
  const certify: PlatformCa['certify'] = (as, usages = [USAGE.digitalSignature], bent = {}) => {
    const ownKey = bent.of?.privateKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const own = spki(createPublicKey(ownKey));
    const ownName = commonName(`${DISCLAIMER}: ${name}, ${as}`);
    const below = certificate({
      privateKey,
      issuer: subject,
      subject: ownName,
      key: own,
      notBefore: new Date(at.getTime() - 2 * DAY_MS),
      notAfter: bent.notAfter ?? new Date(at.getTime() + 3000 * DAY_MS),
      extensions: [
        ...(as === 'ca'
          ? [extension(OID.basicConstraints, true, writeSequence(writeBoolean(true)))]
          : [extension(OID.basicConstraints, true, writeSequence())]),
        extension(OID.keyUsage, true, writeNamedBits([...usages])),
        extension(OID.subjectKeyIdentifier, false, writeOctetString(keyIdentifier(own))),
      ],
    });
    return { certificate: below, privateKey: ownKey, issue: issuing(at, ownKey, ownName) };
  };
  return { root, rootPem: formatPem('CERTIFICATE', root), issue: issuing(at, privateKey, subject), certify };
}

function issuing(at: Date, privateKey: KeyObject, issuer: Uint8Array): Issue {
  const key = spki(createPublicKey(privateKey));
  const algorithm = writeSequence(writeObjectIdentifier(OID.ecdsaWithSha256));
  return (ekCertificate, machine, bent = {}) => {
    const info = writeSequence(
      writeInteger(bent.version ?? 1),
      holder(ekCertificate, bent.holder ?? 'certificate'),
      writeExplicit(0, writeSequence(writeExplicit(4, issuer))),
      algorithm,
      writeInteger(new Uint8Array([0x01, ...randomBytes(8)])),
      writeSequence(
        generalizedTime(bent.notBefore ?? new Date(at.getTime() - DAY_MS)),
        generalizedTime(bent.notAfter ?? new Date(at.getTime() + 1825 * DAY_MS)),
      ),
      attributes(bent.type === undefined ? OID.basePlatform : bent.type),
      writeSequence(
        extension(OID.subjectAltName, false, alternativeName(bent.names ?? namesOf(machine))),
        extension(OID.authorityKeyIdentifier, false, writeSequence(writeImplicit(0, keyIdentifier(key)))),
        ...(bent.extensions ?? []),
      ),
    );
    return writeSequence(info, algorithm, writeBitString(sign('sha256', info, privateKey)));
  };
}

function namesOf({ manufacturer, model, serial }: ForgedMachine): (readonly [string, string])[] {
  return [
    [OID.platformManufacturerStr, manufacturer],
    [OID.platformModel, model],
    [OID.platformVersion, '1'],
    [OID.platformSerial, serial],
  ];
}

function alternativeName(names: readonly (readonly [oid: string, text: string])[]): Uint8Array {
  const name = writeSequence(...names.map(([oid, text]) => attribute(oid, text)));
  return writeSequence(writeExplicit(4, name));
}

function attributes(type: string | null): Uint8Array {
  if (type === null) return writeSequence();
  const value = writeSequence(writeObjectIdentifier(type));
  return writeSequence(writeSequence(writeObjectIdentifier(OID.credentialType), writeSetOf(value)));
}

function holder(ekCertificate: Uint8Array, by: NonNullable<PlatformBent['holder']>): Uint8Array {
  const { issuer, serialNumber } = parseCertificate(ekCertificate);
  const base = writeExplicit(
    0,
    writeSequence(writeExplicit(4, issuer.der)),
    writeElement(TAG.integer, serialNumber),
  );
  const digest = writeExplicit(
    2,
    writeElement(TAG.enumerated, Uint8Array.of(1)),
    writeSequence(writeObjectIdentifier(OID.sha256)),
    writeBitString(createHash('sha256').update(ekCertificate).digest()),
  );
  switch (by) {
    case 'certificate':
      return writeSequence(base);
    case 'digest':
      return writeSequence(digest);
    case 'both':
      return writeSequence(base, digest);
    case 'entity-name':
      return writeSequence(writeExplicit(1, writeExplicit(4, issuer.der)));
    case 'none':
      return writeSequence();
  }
}

/** RFC 5755, 4.2.6: never UTCTime. */
function generalizedTime(instant: Date): Uint8Array {
  const digits = instant
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
  return writeText(TAG.generalizedTime, `${digits}Z`);
}
