import { hash } from 'node:crypto';
import type { JWK } from 'jose';
import { RequestError } from '../errors.ts';

/** 32 bytes in the only canonical unpadded base64url: the last of 43 characters carries two bits that must be zero. */
const COORDINATE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** RFC 7518, section 6, and RFC 8037: what only the holder of the private or symmetric key may know. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const;

/** The public key of a proof, reduced to the members that define it. */
export type ProofKey = {
  /** Canonical JSON of the required members (RFC 7638, section 3): the input of the thumbprint. */
  readonly canonical: string;
  readonly jwk: JWK & { readonly kty: string };
};

/**
 * Reads the `jwk` of a proof's header: P-256 for ES256, Ed25519 for EdDSA, nothing else.
 *
 * Coordinates in another encoding than the canonical one are refused: a key would otherwise have several thumbprints, and
 * a host key that is taken could be enrolled again under another name.
 *
 * @throws RequestError `dpop_invalid`
 */
export function readProofKey(jwk: unknown, alg: string): ProofKey {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw refuse('the header has no jwk');
  const key = jwk as { readonly [member: string]: unknown }; // an object, as just checked: members are unknown
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) {
    throw refuse('the jwk holds private members: replace that key, it has been sent over a network');
  }
  const { kty, crv, x, y } = key;
  if (alg === 'ES256' && kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y)) {
    return { canonical: `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`, jwk: { kty, crv, x, y } };
  }
  if (alg !== 'ES256' && kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x)) {
    return { canonical: `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, jwk: { kty, crv, x } };
  }
  throw refuse(`the jwk is not a public key for ${alg}`);
}

/**
 * The thumbprint (RFC 7638) of a public key, P-256 or Ed25519: what a proof by it will bear.
 * @throws RequestError `invalid_request`
 */
export function thumbprintOf(jwk: { readonly kty: string }): string {
  try {
    return hash('sha256', readProofKey(jwk, jwk.kty === 'EC' ? 'ES256' : 'EdDSA').canonical, 'base64url');
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    throw new RequestError('invalid_request', cause.message, {
      path: 'body.key',
      expected: 'a public key alone: P-256 or Ed25519, canonically encoded',
      cause,
    });
  }
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && COORDINATE.test(value);
}

function refuse(message: string): RequestError {
  return new RequestError('dpop_invalid', message, {
    path: 'dpop.jwk',
    expected: 'the public key alone: P-256 with ES256, or Ed25519 with EdDSA',
  });
}
