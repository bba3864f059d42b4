import { randomUUID } from 'node:crypto';
import { toBase64Url } from '../../../bytes/text.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  type CertificateChange,
  type Issued,
  issue,
  keyUsage,
  subjectKeyIdentifier,
  USAGE,
} from '../certificate.ts';
import { authorityName } from '../name.ts';
import { below, serialOf } from '../pki.ts';
import { newKey, type SigningKey } from '../signing-key.ts';

const DAY_MS = 86_400_000;

/** Keys of a service that exists nowhere: what it signs counts only where they, or its root, were trusted. */
export type NrasSigner = {
  readonly kid: string;
  readonly key: SigningKey;
  /** Signer, intermediate, root; as genuine key sets have it, the root is not in `x5c`. */
  readonly chain: readonly [signer: Issued, intermediate: Issued, root: Issued];
};

/** The signer lives two days, as NVIDIA's do. */
export function forgeNrasSigner(at: Date, change: CertificateChange = {}): NrasSigner {
  const rootKey = newKey();
  const subject = authorityName('NVIDIA Attestation Service CA 001');
  const root = issue({
    serial: serialOf(rootKey),
    ...{ issuer: subject, subject, key: rootKey, signer: rootKey, hash: 'sha384' },
    ...lasting(at, 3650),
    extensions: [...asCa(), subjectKeyIdentifier(rootKey)],
  });
  const key = newKey();
  const intermediate = below(root, key, {
    subject: authorityName('NVIDIA Attestation Service GPU Intermediate 004'),
    ...lasting(at, 1460),
    extensions: [...asCa(), subjectKeyIdentifier(key), authorityKeyIdentifier(rootKey)],
  });
  const own = change.key ?? newKey();
  const signer = below(intermediate, own, {
    subject: authorityName('NVIDIA Attestation Service GPU GH100'),
    ...lasting(at, 1),
    extensions: [
      keyUsage(USAGE.digitalSignature),
      subjectKeyIdentifier(own),
      authorityKeyIdentifier(intermediate.key),
    ],
    ...change,
  });
  return { kid: `nv-eat-kid-forged-${randomUUID()}`, key: own, chain: [signer, intermediate, root] };
}

/** As `/.well-known/jwks.json` answers. */
export function forgeJwks(...signers: readonly NrasSigner[]): Uint8Array {
  const keys = signers.map(jwkOf);
  return Buffer.from(JSON.stringify({ keys }));
}

export function jwkOf({ kid, key, chain: [signer, intermediate] }: NrasSigner) {
  const half = (key.point.length - 1) / 2;
  return {
    kty: 'EC',
    crv: 'P-384',
    kid,
    x5c: [signer, intermediate].map(({ certificate }) => Buffer.from(certificate).toString('base64')),
    x: toBase64Url(key.point.subarray(1, 1 + half)),
    y: toBase64Url(key.point.subarray(1 + half)),
  };
}

function asCa(): Uint8Array[] {
  return [basicConstraints(true), keyUsage(USAGE.keyCertSign, USAGE.cRLSign)];
}

function lasting(at: Date, days: number) {
  const [notBefore, notAfter] = [-DAY_MS, days * DAY_MS].map((ms) => new Date(at.getTime() + ms));
  return { notBefore: notBefore ?? at, notAfter: notAfter ?? at, alwaysGeneralizedTime: false };
}
