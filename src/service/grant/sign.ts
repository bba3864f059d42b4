import { sign } from 'node:crypto';
import { rawEcdsaSignature } from '../../bytes/ecdsa-signature.ts';
import { fromBase64Url, fromUtf8, toBase64Url } from '../../bytes/text.ts';
import type { SigningKey } from '../context.ts';

/** Octets of the order of P-256. */
const P256_OCTETS = 32;

/**
 * A compact JWS (RFC 7515) with a header of exactly `alg`, `typ` and `kid`. Signed at once, without a promise: a grant is signed in the
 * unit of work of its decision, which may await nothing but the store.
 */
export function signJwt({ alg, kid, privateKey }: SigningKey, typ: string, claims: object): string {
  // JSON.stringify writes lone surrogates as escapes, and base64url is ASCII: neither has another form in UTF-8.
  const input = `${headerOf({ alg, typ, kid })}.${base64UrlOf(claims)}`;
  const bytes = Buffer.from(input, 'latin1');
  const signature =
    alg === 'ES256'
      ? rawEcdsaSignature(sign('sha256', bytes, privateKey), P256_OCTETS)
      : sign(null, bytes, privateKey);
  return `${input}.${toBase64Url(signature)}`;
}

type Header = { readonly alg: SigningKey['alg']; readonly typ: string; readonly kid: string };

let lastHeader = { of: { alg: 'ES256', typ: '', kid: '' } as Header, text: '' };

/** One key signs one type of token until it is rotated. */
function headerOf({ alg, typ, kid }: Header): string {
  const { of } = lastHeader;
  if (of.alg !== alg || of.typ !== typ || of.kid !== kid || lastHeader.text === '') {
    const header = { alg, typ, kid };
    lastHeader = { of: header, text: base64UrlOf(header) };
  }
  return lastHeader.text;
}

function base64UrlOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The `kid` of a token that {@link signJwt} made. */
export function signerOf(token: string): string {
  const header = fromUtf8(fromBase64Url(token.slice(0, token.indexOf('.')), 'header'), 'header');
  return (JSON.parse(header) as { readonly kid: string }).kid; // what `signJwt` was given
}
