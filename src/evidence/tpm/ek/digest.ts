import { createPublicKey, hash } from 'node:crypto';
import { FormatError } from '../../../bytes/errors.ts';
import { toBase64Url } from '../../../bytes/text.ts';
import type { PublicKeyInfo } from '../../../pki/index.ts';

/**
 * What names a TPM: SHA-256 of its endorsement key's SubjectPublicKeyInfo in the one encoding of the key's numbers, as
 * enrolment computes it from the public area. Certificates encode one key in several ways (RFC 4055), and one TPM must not
 * pass for two.
 *
 * @throws FormatError `unsupported`
 */
export function certifiedEkDigest({ key }: PublicKeyInfo): string {
  const jwk = jwkOf(key);
  try {
    if (jwk === null) throw new TypeError(`no endorsement key is of kind ${key.kind}`);
    const spki = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
    return hash('sha256', spki, 'hex');
  } catch (cause) {
    const path = 'ekCertificate.subjectPublicKeyInfo';
    throw new FormatError('unsupported', 'the endorsement certificate holds no usable key', {
      path,
      cause,
    });
  }
}

function jwkOf(key: PublicKeyInfo['key']) {
  switch (key.kind) {
    case 'rsa':
      return { kty: 'RSA', n: toBase64Url(key.modulus), e: toBase64Url(key.exponent) };
    case 'ec': {
      const width = (key.point.length - 1) / 2;
      const [x, y] = [key.point.subarray(1, 1 + width), key.point.subarray(1 + width)];
      return { kty: 'EC', crv: key.curve, x: toBase64Url(x), y: toBase64Url(y) };
    }
    default:
      return null;
  }
}
