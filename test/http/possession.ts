import { generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from 'node:crypto';

/** A key that tokens are bound to, as its holder has it. */
export type Possession = { readonly privateKey: KeyObject; readonly jwk: object; readonly jkt: string };

export function makePossession(): Possession {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const jwk = { crv, kty, x, y };
  return { privateKey, jwk, jkt: hash('sha256', JSON.stringify(jwk), 'base64url') };
}

/** The first administrator's. */
export const TEST_KEY: Possession = makePossession();

const held = new Map<string, Possession>();

/** From now on requests with this token prove this key. */
export function hold(token: string, key: Possession): string {
  held.set(token, key);
  return token;
}

/** What requests with this token prove. */
export function keyOf(token: string): Possession {
  const key = held.get(token);
  if (key === undefined) throw new Error('nobody holds this token');
  return key;
}

/** The same as a file has it. */
export function pemOf(token: string): string {
  return keyOf(token).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** One request, as a proof names it. */
export type Proven = { readonly method: string; readonly url: string; readonly now: Date };

/** A DPoP proof, made by hand: a few microseconds beside the signature. */
export function proofOf(
  { privateKey, jwk }: Possession,
  { method, url, now }: Proven,
  claims: { readonly [name: string]: unknown } = {},
): string {
  const header = part({ typ: 'dpop+jwt', alg: 'ES256', jwk });
  const htu = url.split('?', 1)[0];
  const payload = part({ htm: method, htu, jti: randomUUID(), iat: now.getTime() / 1000, ...claims });
  const text = `${header}.${payload}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** What a request with a token carries: a proof where the token is held by a key, and a key under which it is done once. */
export function shown(token: string, request: Proven): Record<string, string> {
  const key = held.get(token);
  const once = request.method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
  if (key === undefined) return { authorization: `Bearer ${token}`, ...once };
  const dpop = proofOf(key, request, { ath: hash('sha256', token, 'base64url') });
  return { authorization: `DPoP ${token}`, dpop, ...once };
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
