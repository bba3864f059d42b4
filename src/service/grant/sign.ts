import { sign } from 'node:crypto';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../bytes/text.ts';
import type { SigningKey } from '../context.ts';

/**
 * A compact JWS (RFC 7515) with a header of exactly `alg`, `typ` and `kid`. Signed at once, without a promise: a grant is signed in the
 * unit of work of its decision, which may await nothing but the store.
 */
export function signJwt({ alg, kid, privateKey }: SigningKey, typ: string, claims: object): string {
  const header = toBase64Url(toUtf8(JSON.stringify({ alg, typ, kid }), 'header'));
  const input = `${header}.${toBase64Url(toUtf8(JSON.stringify(claims), 'claims'))}`;
  const hash = alg === 'ES256' ? 'sha256' : null;
  const signature = sign(hash, toUtf8(input, 'jws'), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${toBase64Url(signature)}`;
}

/** The `kid` of a token that {@link signJwt} made. */
export function signerOf(token: string): string {
  const header = fromUtf8(fromBase64Url(token.slice(0, token.indexOf('.')), 'header'), 'header');
  return (JSON.parse(header) as { readonly kid: string }).kid; // what `signJwt` was given
}
