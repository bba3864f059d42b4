import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
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
} from '../../bytes/der-writer.ts';
import { formatPem, parsePem } from '../../bytes/pem.ts';
import { attribute, certificate, commonName, extension, keyIdentifier, spki, USAGE } from './certificate.ts';

/** What stands in every subject, so that nobody takes these certificates for a manufacturer's. */
const DISCLAIMER = 'Sextant demonstration, not a manufacturer';

/** RFC 5280, 4.1.2.5: no well-defined expiry, as most manufacturers' EK certificates have it. */
const NEVER = new Date('9999-12-31T23:59:59Z');
const DAY_MS = 86_400_000;

const OID = {
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
