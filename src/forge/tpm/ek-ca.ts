import {
  createHash,
  createPrivateKey,
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
import { formatPem, parsePem } from '../../bytes/pem.ts';

/** What stands in every subject, so that nobody takes these certificates for a manufacturer's. */
const DISCLAIMER = 'Sextant demonstration, not a manufacturer';

/** RFC 5280, 4.1.2.5: no well-defined expiry, as most manufacturers' EK certificates have it. */
const NEVER = new Date('9999-12-31T23:59:59Z');
const DAY_MS = 86_400_000;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  tpmManufacturer: '2.23.133.2.1',
  tpmModel: '2.23.133.2.2',
  tpmVersion: '2.23.133.2.3',
  tpmSpecification: '2.23.133.2.16',
  ekCertificate: '2.23.133.8.1',
} as const;

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
const USAGE = { keyEncipherment: 2, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 } as const;

/** A throwaway CA in a manufacturer's place; trusted only where somebody adds its root by hand. */
export type EkCa = {
  /** Self-signed, DER. */
  readonly root: Uint8Array;
  readonly rootPem: string;
  /** An EK certificate (DER) for this public key, as TCG EK Credential Profile 2.5, section 3.2, lays it out. */
  readonly certify: (ek: KeyObject, at: Date) => Uint8Array;
  /** Root and private key, for {@link ekCaFromPem}: only for keeping a demonstration's CA from one start to the next. */
  readonly toPem: () => string;
};

/** @param name tells several apart; two CAs of one name are how a forger begins */
export function makeEkCa(at: Date, name = 'EK root'): EkCa {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = commonName(`${DISCLAIMER}: ${name}`);
  const key = spki(createPublicKey(privateKey));
  const root = certificate({
    privateKey,
    issuer: subject,
    subject,
    key,
    notBefore: new Date(at.getTime() - DAY_MS),
    notAfter: new Date(at.getTime() + 30 * 365 * DAY_MS),
    extensions: [
      extension(OID.basicConstraints, true, writeSequence(writeBoolean(true))),
      extension(OID.keyUsage, true, writeNamedBits([USAGE.keyCertSign, USAGE.cRLSign])),
      extension(OID.subjectKeyIdentifier, false, writeOctetString(keyIdentifier(key))),
    ],
  });
  return ekCa(root, privateKey, subject);
}

/** @param pem as `toPem` gave it */
export function ekCaFromPem(pem: string, name = 'EK root'): EkCa {
  const keyAt = pem.indexOf('-----BEGIN PRIVATE KEY-----');
  const [root] = parsePem(pem.slice(0, keyAt), { label: 'CERTIFICATE' });
  if (keyAt < 0 || root === undefined) throw new TypeError('no CA in this PEM');
  return ekCa(root, createPrivateKey(pem.slice(keyAt)), commonName(`${DISCLAIMER}: ${name}`));
}

function ekCa(root: Uint8Array, privateKey: KeyObject, issuer: Uint8Array): EkCa {
  const rootPem = formatPem('CERTIFICATE', root);
  return {
    root,
    rootPem,
    certify: (ek, at) =>
      certificate({
        privateKey,
        issuer,
        subject: commonName(DISCLAIMER),
        key: spki(ek),
        notBefore: new Date(at.getTime() - DAY_MS),
        notAfter: NEVER,
        extensions: ekExtensions(ek, spki(createPublicKey(privateKey))),
      }),
    toPem: () => rootPem + privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function ekExtensions(ek: KeyObject, issuerKey: Uint8Array): Uint8Array[] {
  const usage = ek.asymmetricKeyType === 'rsa' ? USAGE.keyEncipherment : USAGE.keyAgreement;
  // TPM_PT_MANUFACTURER "SXDM", which the TCG's registry gives to nobody.
  const identity = writeSequence(
    attribute(OID.tpmManufacturer, 'id:5358444D'),
    attribute(OID.tpmModel, DISCLAIMER),
    attribute(OID.tpmVersion, 'id:00010000'),
  );
  const specification = writeSequence(writeText(TAG.utf8String, '2.0'), writeInteger(0), writeInteger(159));
  return [
    extension(OID.subjectAltName, false, writeSequence(writeExplicit(4, identity))),
    extension(OID.basicConstraints, true, writeSequence()),
    extension(OID.keyUsage, true, writeNamedBits([usage])),
    extension(OID.extKeyUsage, false, writeSequence(writeObjectIdentifier(OID.ekCertificate))),
    extension(
      OID.subjectDirectoryAttributes,
      false,
      writeSequence(writeSequence(writeObjectIdentifier(OID.tpmSpecification), writeSetOf(specification))),
    ),
    extension(OID.authorityKeyIdentifier, false, writeSequence(writeImplicit(0, keyIdentifier(issuerKey)))),
  ];
}

type CertificateParts = {
  readonly privateKey: KeyObject;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Uint8Array[];
};

/** RFC 5280, 4.1. */
function certificate(parts: CertificateParts): Uint8Array {
  const algorithm = writeSequence(writeObjectIdentifier(OID.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const tbs = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(new Uint8Array(serial)),
    algorithm,
    parts.issuer,
    writeSequence(writeTime(parts.notBefore), writeTime(parts.notAfter)),
    parts.subject,
    parts.key,
    writeExplicit(3, writeSequence(...parts.extensions)),
  );
  return writeSequence(tbs, algorithm, writeBitString(sign('sha256', tbs, parts.privateKey)));
}

function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

function commonName(name: string): Uint8Array {
  return writeSequence(attribute(OID.commonName, name));
}

/** A RelativeDistinguishedName of one attribute. */
function attribute(oid: string, value: string): Uint8Array {
  return writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(TAG.utf8String, value)));
}

function spki(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

/** RFC 7093, section 2, method 1, over the whole SubjectPublicKeyInfo: any stable name of the key will do. */
function keyIdentifier(key: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(key).digest().subarray(0, 20));
}
