import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBoolean,
  writeExplicit,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeText,
} from '../../bytes/der-writer.ts';
import { certificate, commonName, extension, spki, USAGE } from './certificate.ts';

/** What stands in every subject, so that nobody takes these certificates for a maker's. */
const DISCLAIMER = "Sextant demonstration, not a machine's maker";
const NEVER = new Date('9999-12-31T23:59:59Z');
const DAY_MS = 86_400_000;

const OID = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  certificatePolicies: '2.5.29.32',
  extKeyUsage: '2.5.29.37',
  permanentIdentifier: '1.3.6.1.5.5.7.8.3',
  hardwareModuleName: '1.3.6.1.5.5.7.8.4',
  tpm20: '2.23.133.1.2',
  ekPermIdSha256: '2.23.133.12.1',
  aikCertificate: '2.23.133.8.3',
  residency: '2.23.133.11.1.1',
  fixed: '2.23.133.11.1.2',
  restricted: '2.23.133.11.1.3',
} as const;

/** What a certificate says; each part may be another than a maker would write, for whoever tests a verifier. */
export type DevIdWords = {
  readonly hwType?: string;
  /** Serial numbers of the modules that are named: one, unless said otherwise. */
  readonly serials?: readonly Uint8Array[];
  /** DER of the endorsement certificates that are named. */
  readonly endorsements?: readonly Uint8Array[];
  readonly policies?: readonly string[];
  readonly purposes?: readonly string[];
  readonly usages?: readonly number[];
  readonly isCa?: boolean;
  readonly notAfter?: Date;
};

/** A throwaway CA in a machine maker's place; trusted only where somebody adds its root by hand. */
export type DevIdCa = {
  /** Self-signed, DER. */
  readonly root: Uint8Array;
  readonly certify: (kind: 'idevid' | 'iak', key: KeyObject, at: Date, words?: DevIdWords) => Uint8Array;
};

export function makeDevIdCa(at: Date): DevIdCa {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = commonName(`${DISCLAIMER}: device identities`);
  const root = certificate({
    ...{ privateKey, issuer, subject: issuer, key: spki(createPublicKey(privateKey)) },
    notBefore: new Date(at.getTime() - DAY_MS),
    notAfter: new Date(at.getTime() + 30 * 365 * DAY_MS),
    extensions: [
      extension(OID.basicConstraints, true, writeSequence(writeBoolean(true))),
      extension(OID.keyUsage, true, writeNamedBits([USAGE.keyCertSign, USAGE.cRLSign])),
    ],
  });
  return {
    root,
    certify: (kind, key, since, words = {}) =>
      certificate({
        ...{ privateKey, issuer, subject: commonName(`${DISCLAIMER}: ${kind}`), key: spki(key) },
        notBefore: new Date(since.getTime() - DAY_MS),
        notAfter: words.notAfter ?? NEVER,
        extensions: extensionsOf(kind, words),
      }),
  };
}

function extensionsOf(kind: 'idevid' | 'iak', words: DevIdWords): Uint8Array[] {
  const { serials = [Uint8Array.of(0x53, 0x58, 0x01)], endorsements = [], hwType = OID.tpm20 } = words;
  const policies = words.policies ?? [OID.residency, kind === 'iak' ? OID.restricted : OID.fixed];
  const purposes = words.purposes ?? (kind === 'iak' ? [OID.aikCertificate] : []);
  const modules = serials.map((serial) =>
    otherName(OID.hardwareModuleName, writeObjectIdentifier(hwType), writeOctetString(serial)),
  );
  const identifiers = endorsements.map((der) =>
    otherName(
      OID.permanentIdentifier,
      writeText(TAG.utf8String, createHash('sha256').update(der).digest('hex')),
      writeObjectIdentifier(OID.ekPermIdSha256),
    ),
  );
  const names = [...modules, ...identifiers];
  const basic = words.isCa === true ? writeSequence(writeBoolean(true)) : writeSequence();
  return [
    extension(OID.basicConstraints, true, basic),
    extension(OID.keyUsage, true, writeNamedBits(words.usages ?? [USAGE.digitalSignature])),
    ...listOf(OID.subjectAltName, names),
    ...listOf(
      OID.certificatePolicies,
      policies.map((policy) => writeSequence(writeObjectIdentifier(policy))),
    ),
    ...listOf(
      OID.extKeyUsage,
      purposes.map((purpose) => writeObjectIdentifier(purpose)),
    ),
  ];
}

function listOf(oid: string, members: readonly Uint8Array[]): Uint8Array[] {
  return members.length === 0 ? [] : [extension(oid, false, writeSequence(...members))];
}

/** OtherName ::= SEQUENCE { type-id, value [0] EXPLICIT }, tagged [0] as a GeneralName. */
function otherName(type: string, ...members: readonly Uint8Array[]): Uint8Array {
  return writeExplicit(0, writeObjectIdentifier(type), writeExplicit(0, writeSequence(...members)));
}
