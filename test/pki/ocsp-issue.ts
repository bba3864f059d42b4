import { createHash } from 'node:crypto';
import { contextConstructed, TAG } from '../../src/bytes/der-tag.ts';
import {
  writeBitString,
  writeElement,
  writeExplicit,
  writeImplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '../../src/bytes/der-writer.ts';
import { OID } from '../../src/pki/index.ts';
import { extension, generalizedTime, NEXT_UPDATE, REVOKED_AT, THIS_UPDATE } from './crl-issue.ts';
import {
  ALGORITHMS,
  type AlgorithmName,
  type Issued,
  type IssueOptions,
  issueLeaf,
  signTbs,
} from './issue.ts';
import { critical, extKeyUsage, keyUsage, plain } from './issue-extensions.ts';

export const NOCHECK = '1.3.6.1.5.5.7.48.1.5';
const NONCE = '1.3.6.1.5.5.7.48.1.2';

const HASHES = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  md5: '1.2.840.113549.2.5',
} as const;

export type Single = {
  readonly subject: Issued;
  readonly issuer: Issued;
  readonly hash?: keyof typeof HASHES;
  readonly status?: 'good' | 'unknown' | { readonly reason?: number };
  readonly thisUpdate?: Date;
  readonly nextUpdate?: Date | null;
  /** Encoded singleExtensions. */
  readonly extensions?: readonly Uint8Array[];
};

export type OcspOptions = {
  readonly by?: 'name' | 'key';
  readonly producedAt?: Date;
  readonly nonce?: Uint8Array;
  /** Encoded responseExtensions, besides the nonce. */
  readonly extensions?: readonly Uint8Array[];
  readonly certificates?: readonly Issued[];
  readonly algorithm?: AlgorithmName;
  /** Who is named, when it is not who signs. */
  readonly named?: Issued;
  readonly version?: Uint8Array;
  readonly responseType?: string;
};

/** A responder that `parent` certified as RFC 6960, 4.2.2.2, has it. */
export function issueResponder(parent: Issued, options: IssueOptions = {}): Issued {
  const extensions = {
    [OID.keyUsage]: critical(keyUsage('digitalSignature')),
    [OID.extKeyUsage]: plain(extKeyUsage(OID.ocspSigning)),
    [NOCHECK]: plain(writeNull()),
    ...options.extensions,
  };
  return issueLeaf(parent, { subject: 'responder', ...options, extensions });
}

/** A successful OCSPResponse, signed by `responder`. */
export function issueOcsp(
  responder: Issued,
  singles: readonly Single[],
  options: OcspOptions = {},
): Uint8Array {
  const { algorithm = 'ecdsa-sha256', named = responder, producedAt = THIS_UPDATE } = options;
  const extensions = [
    ...(options.nonce === undefined ? [] : [extension(NONCE, writeOctetString(options.nonce))]),
    ...(options.extensions ?? []),
  ];
  const tbs = writeSequence(
    ...(options.version === undefined ? [] : [options.version]),
    options.by === 'key'
      ? writeExplicit(2, writeOctetString(keyHash(named, 'sha1')))
      : writeExplicit(1, named.name),
    generalizedTime(producedAt),
    writeSequence(...singles.map(writeSingle)),
    ...(extensions.length === 0 ? [] : [writeExplicit(1, writeSequence(...extensions))]),
  );
  const certificates = options.certificates ?? [];
  const basic = writeSequence(
    tbs,
    ALGORITHMS[algorithm].der,
    writeBitString(signTbs(tbs, responder.key, algorithm)),
    ...(certificates.length === 0
      ? []
      : [writeExplicit(0, writeSequence(...certificates.map(({ der }) => der)))]),
  );
  const responseBytes = writeSequence(
    writeObjectIdentifier(options.responseType ?? '1.3.6.1.5.5.7.48.1.1'),
    writeOctetString(basic),
  );
  return writeSequence(writeInteger(0, TAG.enumerated), writeExplicit(0, responseBytes));
}

/** An OCSPResponse that refuses, with this OCSPResponseStatus. */
export function refuseOcsp(status: number): Uint8Array {
  return writeSequence(writeInteger(status, TAG.enumerated));
}

function writeSingle(single: Single): Uint8Array {
  const { subject, issuer, hash = 'sha1', thisUpdate = THIS_UPDATE, nextUpdate = NEXT_UPDATE } = single;
  const certId = writeSequence(
    writeSequence(writeObjectIdentifier(HASHES[hash]), writeNull()),
    writeOctetString(digest(hash, issuer.name)),
    writeOctetString(keyHash(issuer, hash)),
    writeElement(TAG.integer, subject.certificate.serialNumber),
  );
  return writeSequence(
    certId,
    writeStatus(single.status ?? 'good'),
    generalizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [writeExplicit(0, generalizedTime(nextUpdate))]),
    ...(single.extensions === undefined ? [] : [writeExplicit(1, writeSequence(...single.extensions))]),
  );
}

function writeStatus(status: NonNullable<Single['status']>): Uint8Array {
  if (status === 'good') return writeImplicit(0, new Uint8Array());
  if (status === 'unknown') return writeImplicit(2, new Uint8Array());
  const reason =
    status.reason === undefined ? [] : [writeExplicit(0, writeInteger(status.reason, TAG.enumerated))];
  return writeElement(contextConstructed(1), generalizedTime(REVOKED_AT), ...reason);
}

function keyHash({ certificate }: Issued, hash: keyof typeof HASHES): Uint8Array {
  return digest(hash, certificate.publicKey.keyBytes);
}

function digest(hash: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(bytes).digest());
}
