import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeExplicit,
  writeInteger,
  writeNamedBits,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../bytes/der-writer.ts';

const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
} as const;

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
export const USAGE = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

/** Everything that a certificate under Nitro's root says. Names are common names: the rest of them is AWS's own. */
export type CertificateParts = {
  readonly serial: number;
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Private; its public half is certified. */
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly hash: 'sha256' | 'sha384';
  readonly ca: boolean;
  readonly pathLength: number | null;
  /** Null: no such extension. */
  readonly usage: readonly number[] | null;
};

export function writeCertificate(parts: CertificateParts): Uint8Array {
  const algorithm = writeSequence(
    writeObjectIdentifier(parts.hash === 'sha384' ? OID.ecdsaWithSha384 : OID.ecdsaWithSha256),
  );
  const toBeSigned = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(parts.serial),
    algorithm,
    awsName(parts.issuer),
    writeSequence(writeTime(parts.notBefore), writeTime(parts.notAfter)),
    awsName(parts.subject),
    new Uint8Array(createPublicKey(parts.key).export({ type: 'spki', format: 'der' })),
    writeExplicit(3, writeSequence(...extensions(parts))),
  );
  const signature = new Uint8Array(sign(parts.hash, toBeSigned, parts.signer));
  return writeSequence(toBeSigned, algorithm, writeBitString(signature));
}

function awsName(commonName: string): Uint8Array {
  return writeSequence(
    attribute(OID.country, 'US', TAG.printableString),
    attribute(OID.organization, 'Amazon'),
    attribute(OID.organizationalUnit, 'AWS'),
    attribute(OID.commonName, commonName),
  );
}

function attribute(oid: string, value: string, tag: number = TAG.utf8String): Uint8Array {
  return writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(tag, value)));
}

function extensions({ ca, pathLength, usage }: CertificateParts): Uint8Array[] {
  const length = pathLength === null ? [] : [writeInteger(pathLength)];
  const constraints = writeSequence(...(ca ? [writeBoolean(true)] : []), ...length);
  return [
    extension(OID.basicConstraints, constraints),
    ...(usage === null ? [] : [extension(OID.keyUsage, writeNamedBits(usage))]),
  ];
}

function extension(oid: string, value: Uint8Array): Uint8Array {
  return writeSequence(writeObjectIdentifier(oid), writeBoolean(true), writeOctetString(value));
}
