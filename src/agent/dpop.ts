import { hash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { HostKey } from './host-key.ts';

/**
 * A proof of possession for one request (RFC 9449, section 4.2): method, URI without query and fragment, instant, and an
 * identifier that is never used again. Each request needs its own, a repeated one too.
 *
 * @param token the access token that is presented with it, where there is one: the proof is then good for no other
 */
export function dpopProof(
  hostKey: HostKey,
  method: string,
  url: URL,
  now: Date,
  token?: string,
): Promise<string> {
  const { algorithm, privateKey, publicJwk } = hostKey;
  const ath = token === undefined ? {} : { ath: hash('sha256', token, 'base64url') };
  return new SignJWT({ htm: method, htu: `${url.origin}${url.pathname}`, jti: randomUUID(), ...ath })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm === 'ES256' ? 'ES256' : 'EdDSA', jwk: publicJwk })
    .setIssuedAt(now)
    .sign(privateKey);
}
