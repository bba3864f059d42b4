import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { BUNDLE_TYP, MAX_BUNDLE_BYTES } from '../../protocol/session.ts';

/**
 * The signature around a collection: a compact JWS (RFC 7515) with Ed25519 (RFC 8037; also under its fully-specified
 * name, RFC 9864) and a protected header of exactly `alg`, `typ` and `cty`. Nothing in the header chooses a key: the key
 * is the one that the binding names and the attested hardware commits to. Why JWS: docs/decisions/0004-bundle-signature.md.
 */
const CONTENT_TYPE = 'application/cmw+json';
const ALGORITHMS: readonly unknown[] = ['Ed25519', 'EdDSA'];
const MAX_HEADER_BYTES = 256;
const SIGNATURE_BYTES = 64;

/** A bundle taken apart; nothing about it is verified. */
export type Jws = {
  /** The collection's JSON. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  /** `<header>.<payload>` exactly as received (RFC 7515, 5.2). */
  readonly signingInput: Uint8Array;
};

/** @throws FormatError `bad_value`, `too_long`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported` */
export function parseJws(text: string): Jws {
  if (text.length > MAX_BUNDLE_BYTES) {
    throw new FormatError('too_long', `the bundle has ${text.length} characters`, {
      path: 'jws',
      expected: `at most ${MAX_BUNDLE_BYTES} characters`,
      actual: `${text.length} characters`,
    });
  }
  const [header, payload, signature, ...more] = text.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new FormatError('bad_value', 'the bundle is not a compact JWS', {
      path: 'jws',
      expected: 'three parts',
      actual: more.length > 0 ? 'more' : 'fewer',
    });
  }
  requireHeader(header);
  const signatureBytes = fromBase64Url(signature, 'jws.signature');
  if (signatureBytes.length !== SIGNATURE_BYTES) {
    throw new FormatError('bad_value', 'not an Ed25519 signature', {
      path: 'jws.signature',
      expected: `${SIGNATURE_BYTES} bytes`,
      actual: `${signatureBytes.length} bytes`,
    });
  }
  return {
    payload: fromBase64Url(payload, 'jws.payload'),
    signature: signatureBytes,
    // Both parts are base64url by now, hence ASCII.
    signingInput: toUtf8(`${header}.${payload}`, 'jws'),
  };
}

/** What honest agents send, compared as text so that the usual header is never parsed. */
const USUAL_HEADER = protectedHeader();

function requireHeader(encoded: string): void {
  if (encoded === USUAL_HEADER) return;
  const header = parseJson(fromUtf8(fromBase64Url(encoded, 'jws.protected'), 'jws.protected'), {
    maxBytes: MAX_HEADER_BYTES,
    maxDepth: 1,
    maxNodes: 16,
  });
  const members = { ...Object(header) } as { [name: string]: unknown }; // a scalar has no members, which fails below
  const unknown = Object.keys(members).filter((name) => !['alg', 'typ', 'cty'].includes(name));
  // `crit`, `b64`, `jwk` and their like would change what is signed or by whom (RFC 7515, 4.1; RFC 7797).
  if (unknown.length > 0) throw unsupported(`jws.protected.${unknown[0]}`, 'absent', 'present');
  if (!ALGORITHMS.includes(members['alg'])) {
    throw unsupported('jws.protected.alg', 'Ed25519', String(members['alg']));
  }
  // RFC 8725, 3.11: a signature that this key made for another kind of token is not a bundle.
  if (members['typ'] !== BUNDLE_TYP)
    throw unsupported('jws.protected.typ', BUNDLE_TYP, String(members['typ']));
  if (members['cty'] !== CONTENT_TYPE)
    throw unsupported('jws.protected.cty', CONTENT_TYPE, String(members['cty']));
}

function unsupported(path: string, expected: string, actual: string): FormatError {
  const shown = actual.slice(0, 80);
  return new FormatError('unsupported', `${path} is ${shown}, not ${expected}`, {
    path,
    expected,
    actual: shown,
  });
}

function protectedHeader(): string {
  return toBase64Url(toUtf8(JSON.stringify({ alg: 'Ed25519', typ: BUNDLE_TYP, cty: CONTENT_TYPE }), 'jws'));
}

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, 4): quicker to import than a JWK. */
const ED25519_SPKI_PREFIX = Uint8Array.from([
  0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
]);

/** A binding's signing key as results name it: DER SubjectPublicKeyInfo. */
export function signingKeySpki(x: string): Uint8Array {
  return concatBytes([ED25519_SPKI_PREFIX, fromBase64Url(x, 'binding.signingKey.x')]);
}

/**
 * Importing a key costs a third of a verification, and a host signs with one for up to a day. At the bound the oldest
 * goes, so a flood of new keys costs time and never memory.
 */
const MAX_CACHED_KEYS = 4096;
const cache = new Map<string, KeyObject>();

function signingKey(x: string): KeyObject {
  const known = cache.get(x);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.from(signingKeySpki(x)), format: 'der', type: 'spki' });
  if (cache.size >= MAX_CACHED_KEYS) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(x, key);
  return key;
}

/** @param x the binding's `signingKey.x`: 32 bytes in canonical base64url, which `parseBinding` established */
export function verifyJws(jws: Jws, x: string): boolean {
  return verify(null, jws.signingInput, signingKey(x), jws.signature);
}

/** Signs a collection's JSON as hosts do: the counterpart of {@link parseJws}. */
export function signJws(payload: Uint8Array, signingKey: KeyObject): string {
  const input = `${USUAL_HEADER}.${toBase64Url(payload)}`;
  return `${input}.${toBase64Url(sign(null, toUtf8(input, 'jws'), signingKey))}`;
}
