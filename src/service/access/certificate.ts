import { timingSafeEqual } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import { RequestError } from '../errors.ts';

/** The certificate that a request's connection showed to this very server, and proved possession of in its handshake. */
export type ShownCertificate = {
  /** SHA-256 of its DER in base64url: `x5t#S256` of RFC 8705, 3.1. */
  readonly sha256: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Why it leads to none of this verifier's CAs for clients; null where it does. */
  readonly fault: string | null;
  /**
   * Why it is not known to be unrevoked at that instant, by the lists that this verifier was given: `certificate_revoked`, `crl_expired`, …;
   * null where it is, or where no lists were given.
   */
  readonly unclearedAt: (now: Date) => string | null;
};

/**
 * Holds a token to the certificate that it is bound to (RFC 8705, section 3): a token that was taken is good for nothing
 * without the certificate's private key, and a certificate for nothing once it or its CA counts no more.
 *
 * Whether the CA revoked it is asked where the verifier was given the CA's lists; else revoke the token.
 *
 * @throws RequestError `proof_required` where none is shown; `certificate_invalid`
 */
export function requireCertificate(bound: string, shown: ShownCertificate | undefined, now: Date): void {
  if (shown === undefined) {
    throw new RequestError(
      'proof_required',
      'the token is bound to a client certificate, and none was shown',
      {
        errors: [
          {
            path: 'connection.certificate',
            expected: 'the certificate that the token is bound to',
            actual: 'none',
            mend: 'Connect with it, to the verifier itself: behind a proxy that ends TLS such tokens are of no use (docs/operations.md).',
          },
        ],
      },
    );
  }
  if (shown.fault !== null) throw refuse('one that a CA of this verifier issued to clients', shown.fault);
  if (!(shown.notBefore <= now)) throw refuse('one in force', `not before ${formatInstant(shown.notBefore)}`);
  if (!(now <= shown.notAfter)) throw refuse('one in force', `expired ${formatInstant(shown.notAfter)}`);
  const [expected, actual] = [Buffer.from(bound), Buffer.from(shown.sha256)];
  if (!(expected.length === actual.length && timingSafeEqual(expected, actual)))
    throw refuse('the certificate that the token is bound to', shown.sha256);
  const uncleared = shown.unclearedAt(now);
  if (uncleared !== null) throw refuse('one that its CA’s revocation lists clear', uncleared);
}

function refuse(expected: string, actual: string): RequestError {
  return new RequestError('certificate_invalid', `the client certificate is ${actual}, not ${expected}`, {
    path: 'connection.certificate',
    expected,
    actual,
  });
}
