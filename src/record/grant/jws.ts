import { verify } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromBase64Url, fromUtf8, toUtf8 } from '../../bytes/text.ts';
import type { ManufacturerKey } from '../../evidence/manifest/keys.ts';

/** A compact JWS (RFC 7515) taken apart, nothing of it verified. */
export type Jws = {
  readonly alg: string;
  readonly typ: string;
  /** Members of the protected header besides `alg` and `typ`: none but those that were expected. */
  readonly header: { readonly [name: string]: JsonValue };
  readonly payload: JsonValue;
  readonly signature: Uint8Array;
  /** `<header>.<payload>` exactly as received (RFC 7515, 5.2). */
  readonly signingInput: Uint8Array;
};

type JwsLimits = { readonly path: string; readonly maxBytes: number; readonly maxNodes: number };

/**
 * @param member the one member of the protected header besides `alg` and `typ`. `crit`, `b64` and their like would change
 *   what is signed or by whom (RFC 7515, 4.1; RFC 7797), and are refused
 * @throws FormatError `too_long`, `bad_value`, `not_canonical`, `duplicate`, `budget_exceeded`, `unsupported`
 */
export function parseJws(text: string, member: 'kid' | 'jwk', { path, maxBytes, maxNodes }: JwsLimits): Jws {
  if (text.length > maxBytes) {
    throw new FormatError('too_long', `${path} has ${text.length} characters`, {
      path,
      expected: `at most ${maxBytes}`,
      actual: String(text.length),
    });
  }
  const [protectedPart, payloadPart, signaturePart, ...more] = text.split('.', 4);
  if (
    protectedPart === undefined ||
    payloadPart === undefined ||
    signaturePart === undefined ||
    more.length > 0
  ) {
    throw new FormatError('bad_value', `${path} is not a compact JWS`, { path, expected: 'three parts' });
  }
  const header = decode(protectedPart, `${path}.header`, 64);
  const members = isJsonObject(header) ? header : {};
  const unknown = Object.keys(members).find((name) => !['alg', 'typ', member].includes(name));
  const { alg, typ } = members;
  if (unknown !== undefined || typeof alg !== 'string' || typeof typ !== 'string') {
    throw new FormatError('unsupported', `${path}.header is not of exactly alg, typ and ${member}`, {
      path: `${path}.header`,
      expected: `alg, typ and ${member}`,
      actual: Object.keys(members).join(', ').slice(0, 200),
    });
  }
  return {
    alg,
    typ,
    header: members,
    payload: decode(payloadPart, `${path}.payload`, maxNodes),
    signature: fromBase64Url(signaturePart, `${path}.signature`),
    // Both parts are base64url by now, hence ASCII.
    signingInput: toUtf8(`${protectedPart}.${payloadPart}`, path),
  };
}

function decode(encoded: string, path: string, maxNodes: number): JsonValue {
  return parseJson(fromUtf8(fromBase64Url(encoded, path), path), { maxDepth: 6, maxNodes });
}

/** RFC 9864 names one algorithm `Ed25519` that RFC 8037 calls `EdDSA`. */
const ALGORITHMS: { readonly [alg: string]: ManufacturerKey['alg'] } = {
  ES256: 'ES256',
  ES384: 'ES384',
  EdDSA: 'EdDSA',
  Ed25519: 'EdDSA',
};
const HASHES = { ES256: 'sha256', ES384: 'sha384', EdDSA: null } as const;

/** Whether the key made the signature, with the one algorithm that it is for: the header chooses neither. */
export function isSignedBy({ alg, signature, signingInput }: Jws, key: ManufacturerKey): boolean {
  if (!Object.hasOwn(ALGORITHMS, alg) || ALGORITHMS[alg] !== key.alg) return false;
  return verify(HASHES[key.alg], signingInput, { key: key.key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** What a text claims to be, by a schema. @throws FormatError `bad_value` that names the claim */
export function readClaims<T>(
  schema: { readonly safeParse: (value: unknown) => { readonly success: true; readonly data: T } | Failure },
  payload: JsonValue,
  path: string,
): T {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = [path, ...(issue?.path ?? []).map(String)].join('.');
  throw new FormatError('bad_value', `${where}: ${issue?.message ?? 'not what it should be'}`, {
    path: where,
  });
}

type Failure = {
  readonly success: false;
  readonly error: {
    readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  };
};
