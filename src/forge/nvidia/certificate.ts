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
  writeTime,
} from '../../bytes/der-writer.ts';
import { type SigningKey, signDer } from './signing-key.ts';
import { generalizedTime } from './time.ts';

const OID = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  cRLDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  ocsp: '1.3.6.1.5.5.7.48.1',
} as const;

const ECDSA_WITH = { sha256: '1.2.840.10045.4.3.2', sha384: '1.2.840.10045.4.3.3' } as const;

/** KeyUsage bits (RFC 5280, 4.2.1.3). */
export const USAGE = { digitalSignature: 0, keyAgreement: 4, keyCertSign: 5, cRLSign: 6 } as const;

/** Everything that a certificate of NVIDIA's says. */
export type CertificateParts = {
  /** Big-endian. */
  readonly serial: Uint8Array;
  /** DER. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** NVIDIA's CAs above manifests write years before 2050 as GeneralizedTime too, which RFC 5280 forbids. */
  readonly alwaysGeneralizedTime: boolean;
  readonly key: SigningKey;
  readonly signer: SigningKey;
  readonly hash: keyof typeof ECDSA_WITH;
  /** Whole elements, in order: it differs from one authority to the next. */
  readonly extensions: readonly Uint8Array[];
};

/** What is to be different in one. */
export type CertificateChange = Partial<CertificateParts>;

/** A certificate with what is needed to issue below it. */
export type Issued = {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly subject: Uint8Array;
  readonly serial: Uint8Array;
  readonly key: SigningKey;
};

export function issue(parts: CertificateParts): Issued {
  const algorithm = ecdsaWith(parts.hash);
  const time = parts.alwaysGeneralizedTime ? generalizedTime : writeTime;
  const tbs = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(parts.serial),
    algorithm,
    parts.issuer,
    writeSequence(time(parts.notBefore), time(parts.notAfter)),
    parts.subject,
    parts.key.spki,
    ...(parts.extensions.length === 0 ? [] : [writeExplicit(3, writeSequence(...parts.extensions))]),
  );
  const certificate = writeSequence(tbs, algorithm, writeBitString(signDer(tbs, parts.signer, parts.hash)));
  return { certificate, subject: parts.subject, serial: parts.serial, key: parts.key };
}

export function ecdsaWith(hash: keyof typeof ECDSA_WITH): Uint8Array {
  return writeSequence(writeObjectIdentifier(ECDSA_WITH[hash]));
}

/** @param value the DER contents of the OCTET STRING */
export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : [];
  return writeSequence(writeObjectIdentifier(oid), ...flag, writeOctetString(value));
}

export function basicConstraints(ca: boolean, pathLength: number | null = null): Uint8Array {
  const length = pathLength === null ? [] : [writeInteger(pathLength)];
  return extension(OID.basicConstraints, writeSequence(...(ca ? [writeBoolean(true)] : []), ...length), true);
}

export function keyUsage(...bits: readonly number[]): Uint8Array {
  return extension(OID.keyUsage, writeNamedBits(bits), true);
}

export function subjectKeyIdentifier(key: SigningKey): Uint8Array {
  return extension(OID.subjectKeyIdentifier, writeOctetString(key.keyIdentifier));
}

export function authorityKeyIdentifier(key: SigningKey): Uint8Array {
  return extension(OID.authorityKeyIdentifier, writeSequence(writeImplicit(0, key.keyIdentifier)));
}

/** One DistributionPoint whose fullName is one URI (RFC 5280, 4.2.1.13). */
export function crlDistributionPoint(url: string): Uint8Array {
  const point = writeSequence(writeExplicit(0, writeExplicit(0, uri(url))));
  return extension(OID.cRLDistributionPoints, writeSequence(point));
}

/** Where every one of NVIDIA's OCSP responders is. */
export function ocspAccess(): Uint8Array {
  const description = writeSequence(writeObjectIdentifier(OID.ocsp), uri('http://ocsp.ndis.nvidia.com'));
  return extension(OID.authorityInformationAccess, writeSequence(description));
}

function uri(text: string): Uint8Array {
  return writeElement(0x86, Buffer.from(text, 'latin1'));
}
