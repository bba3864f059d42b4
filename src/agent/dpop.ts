import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { HostKey } from './host-key.ts';

/**
 * A proof of possession for one request (RFC 9449, section 4.2): method, URI without query and fragment, instant, and an
 * identifier that is never used again. Each request needs its own, a repeated one too.
 */
export function dpopProof(hostKey: HostKey, method: string, url: URL, now: Date): Promise<string> {
  const { algorithm, privateKey, publicJwk } = hostKey;
  return new SignJWT({ htm: method, htu: `${url.origin}${url.pathname}`, jti: randomUUID() })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm === 'ES256' ? 'ES256' : 'EdDSA', jwk: publicJwk })
    .setIssuedAt(now)
    .sign(privateKey);
}
