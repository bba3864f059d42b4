import { createHash } from 'node:crypto';
import { contextConstructed, TAG } from '../../bytes/der-tag.ts';
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
} from '../../bytes/der-writer.ts';
import { OID } from '../../pki/index.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateChange,
  ecdsaWith,
  extension,
  type Issued,
  keyUsage,
  subjectKeyIdentifier,
  USAGE,
} from './certificate.ts';
import { authorityName } from './name.ts';
import { below } from './pki.ts';
import { newKey, signDer } from './signing-key.ts';
import { generalizedTime } from './time.ts';

const DAY_MS = 86_400_000;
const NONCE = '1.3.6.1.5.5.7.48.1.2';
const BASIC = '1.3.6.1.5.5.7.48.1.1';
const NO_CHECK = '1.3.6.1.5.5.7.48.1.5';

const HASHES = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
} as const;

/** RFC 5280, 5.3.1: certificateHold. */
const ON_HOLD = 6;
const KEY_COMPROMISE = 1;

export type OcspFields = {
  readonly about: Issued;
  readonly issuer: Issued;
  readonly at: Date;
  readonly status?: 'good' | 'revoked' | 'hold' | 'unknown';
  /** Echoed as the request sent it; null leaves it out. */
  readonly nonce?: Uint8Array | null;
  /** An hour before `at` unless given. */
  readonly thisUpdate?: Date;
  /** A day after it unless given; null: the response does not say. */
  readonly nextUpdate?: Date | null;
  /** Of the certificate's id; NVIDIA's tools ask with SHA-384. */
  readonly hash?: keyof typeof HASHES;
  /** {@link forgeResponder} below the issuer unless given; the issuer itself signs too. */
  readonly responder?: Issued;
};

/** A responder whom a CA certified for nothing but OCSP (RFC 6960, 4.2.2.2), as NVIDIA's are. */
export function forgeResponder(issuer: Issued, at: Date, change: CertificateChange = {}): Issued {
  const key = change.key ?? newKey();
  return below(issuer, key, {
    subject: authorityName('NVIDIA OCSP Responder'),
    notBefore: new Date(at.getTime() - DAY_MS),
    notAfter: new Date(at.getTime() + 90 * DAY_MS),
    extensions: [
      basicConstraints(false),
      keyUsage(USAGE.digitalSignature),
      extension(OID.extKeyUsage, writeSequence(writeObjectIdentifier(OID.ocspSigning))),
      extension(NO_CHECK, writeNull()),
      subjectKeyIdentifier(key),
      authorityKeyIdentifier(issuer.key),
    ],
    ...change,
  });
}

/** A successful OCSPResponse (RFC 6960, 4.2.1), DER, with its responder's certificate. */
export function forgeOcsp(fields: OcspFields): Uint8Array {
  const { issuer, at, nonce = null } = fields;
  const responder = fields.responder ?? forgeResponder(issuer, at);
  const { thisUpdate = new Date(at.getTime() - DAY_MS / 24) } = fields;
  const nonceExtension = nonce === null ? [] : [extension(NONCE, writeOctetString(nonce))];
  const tbs = writeSequence(
    writeExplicit(2, writeOctetString(digest('sha1', responder.key.point))),
    generalizedTime(thisUpdate),
    writeSequence(writeSingle({ ...fields, thisUpdate })),
    ...(nonceExtension.length === 0 ? [] : [writeExplicit(1, writeSequence(...nonceExtension))]),
  );
  const basic = writeSequence(
    tbs,
    ecdsaWith('sha384'),
    writeBitString(signDer(tbs, responder.key)),
    ...(responder === issuer ? [] : [writeExplicit(0, writeSequence(responder.certificate))]),
  );
  const bytes = writeSequence(writeObjectIdentifier(BASIC), writeOctetString(basic));
  return writeSequence(writeInteger(0, TAG.enumerated), writeExplicit(0, bytes));
}

/** `chain` leaf first, the root last: a response for each certificate but the root. */
export function forgeOcspOf(
  chain: readonly Issued[],
  at: Date,
  change: (index: number) => Partial<OcspFields> | null = () => ({}),
): Uint8Array[] {
  return chain.slice(0, -1).flatMap((about, index) => {
    const issuer = chain[index + 1];
    const changed = change(index);
    return issuer === undefined || changed === null ? [] : [forgeOcsp({ about, issuer, at, ...changed })];
  });
}

function writeSingle(fields: OcspFields & { readonly thisUpdate: Date }): Uint8Array {
  const { about, issuer, status = 'good', thisUpdate, hash = 'sha384' } = fields;
  const { nextUpdate = new Date(thisUpdate.getTime() + DAY_MS) } = fields;
  const certId = writeSequence(
    writeSequence(writeObjectIdentifier(HASHES[hash]), writeNull()),
    writeOctetString(digest(hash, issuer.subject)),
    writeOctetString(digest(hash, issuer.key.point)),
    writeInteger(about.serial),
  );
  return writeSequence(
    certId,
    writeStatus(status, thisUpdate),
    generalizedTime(thisUpdate),
    ...(nextUpdate === null ? [] : [writeExplicit(0, generalizedTime(nextUpdate))]),
  );
}

function writeStatus(status: NonNullable<OcspFields['status']>, at: Date): Uint8Array {
  if (status === 'good') return writeImplicit(0, new Uint8Array());
  if (status === 'unknown') return writeImplicit(2, new Uint8Array());
  const reason = writeInteger(status === 'hold' ? ON_HOLD : KEY_COMPROMISE, TAG.enumerated);
  return writeElement(contextConstructed(1), generalizedTime(at), writeExplicit(0, reason));
}

function digest(algorithm: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(bytes).digest());
}
