import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { TAG } from '../../bytes/der-tag.ts';
import {
  writeBitString,
  writeBoolean,
  writeExplicit,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSetOf,
  writeText,
  writeTime,
} from '../../bytes/der-writer.ts';

/** Certificates of a CA that this process holds the P-256 key of. */
export type CertificateParts = {
  readonly privateKey: KeyObject;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Uint8Array[];
};

const OID = { ecdsaWithSha256: '1.2.840.10045.4.3.2', commonName: '2.5.4.3' } as const;

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
export const USAGE = {
  digitalSignature: 0,
  keyEncipherment: 2,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
} as const;

/** RFC 5280, 4.1. */
export function certificate(parts: CertificateParts): Uint8Array {
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

export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

export function commonName(name: string): Uint8Array {
  return writeSequence(attribute(OID.commonName, name));
}

/** A RelativeDistinguishedName of one attribute. */
export function attribute(oid: string, value: string): Uint8Array {
  return writeSetOf(writeSequence(writeObjectIdentifier(oid), writeText(TAG.utf8String, value)));
}

export function spki(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }));
}

/** RFC 7093, section 2, method 1, over the whole SubjectPublicKeyInfo: any stable name of the key will do. */
export function keyIdentifier(key: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(key).digest().subarray(0, 20));
}
