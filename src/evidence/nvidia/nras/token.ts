import { FormatError } from '../../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '../../../bytes/text.ts';

export type Claims = { readonly [name: string]: JsonValue };

/** A compact JWS (RFC 7515) taken apart; nothing about it is verified. */
export type NrasToken = {
  /** As received: what a digest of it is over. */
  readonly text: string;
  readonly kid: string;
  readonly claims: Claims;
  /** `<header>.<payload>`, exactly. */
  readonly signingInput: Uint8Array;
  /** r || s, 96 bytes. */
  readonly signature: Uint8Array;
};

/** A device's has 2 KB. */
const MAX_TOKEN_CHARACTERS = 64 << 10;
const MAX_HEADER_BYTES = 1024;
const MAX_KID = 256;
const SIGNATURE_BYTES = 96;

/**
 * ES384 alone, with a protected header of `alg`, `kid` and at most `typ: JWT`: nothing else in a header chooses how, or by whose
 * key, it is verified.
 *
 * @throws FormatError `bad_value`, `unsupported`, `not_canonical`, `too_long`, `duplicate`, `budget_exceeded`
 */
export function parseNrasToken(text: string, path: string): NrasToken {
  if (text.length > MAX_TOKEN_CHARACTERS) {
    throw new FormatError('too_long', `${path} has ${text.length} characters`, { path });
  }
  const [header, payload, signature, ...more] = text.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new FormatError('bad_value', `${path} is no compact JWS`, { path, expected: 'three parts' });
  }
  const bytes = fromBase64Url(signature, `${path}.signature`);
  if (bytes.length !== SIGNATURE_BYTES) {
    throw new FormatError('bad_value', `${path} has no signature of ES384`, {
      path: `${path}.signature`,
      expected: `${SIGNATURE_BYTES} bytes`,
      actual: `${bytes.length} bytes`,
    });
  }
  return {
    text,
    kid: readHeader(header, `${path}.header`),
    claims: readObject(payload, `${path}.payload`, MAX_TOKEN_CHARACTERS),
    signingInput: toUtf8(`${header}.${payload}`, path),
    signature: bytes,
  };
}

function readHeader(encoded: string, path: string): string {
  const { alg, kid, typ = 'JWT', ...others } = readObject(encoded, path, MAX_HEADER_BYTES);
  const [unknown] = Object.keys(others);
  // `crit`, `jwk`, `jku`, `b64` and their like would change what is signed or by whom (RFC 7515, 4.1; RFC 7797).
  if (unknown !== undefined || alg !== 'ES384' || typ !== 'JWT') {
    throw new FormatError('unsupported', `${path} is not of alg ES384 with a kid and nothing else`, {
      path,
      expected: 'alg ES384, kid',
      actual: unknown ?? `alg ${String(alg)}, typ ${String(typ)}`,
    });
  }
  if (typeof kid === 'string' && kid !== '' && kid.length <= MAX_KID) return kid;
  throw new FormatError('bad_value', `${path} names no key`, { path: `${path}.kid` });
}

function readObject(encoded: string, path: string, maxBytes: number): Claims {
  const text = fromUtf8(fromBase64Url(encoded, path), path);
  const value = parseJson(text, { maxBytes, maxDepth: 6, maxNodes: 2000 });
  if (isJsonObject(value)) return value;
  throw new FormatError('bad_value', `${path} is no object`, { path });
}
