import { hash } from 'node:crypto';
import { type CryptoKey, importJWK, type JWTVerifyResult, errors as joseErrors, jwtVerify } from 'jose';
import { domain } from '../../bytes/domain.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { RequestError } from '../errors.ts';
import type { ProvenKey } from '../principal.ts';
import { type ProofKey, readProofKey } from './proof-key.ts';

/** Asymmetric, deterministic in size, and what TPM-less agents can make; EdDSA and Ed25519 (RFC 9864) name one algorithm. */
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'];
const MAX_PROOF_LENGTH = 4096;
const MAX_JTI_LENGTH = 256;

/** What the verifier itself knows of the request that a proof must name. */
export type ProvenRequest = {
  readonly method: string;
  /** Path as received, without query. */
  readonly path: string;
  /** The `DPoP` header; undefined when absent. Repeated headers arrive joined by a comma, which no proof contains. */
  readonly dpop: string | undefined;
  /** The access token that the request presents, for which the proof must have been made; undefined where there is none. */
  readonly token?: string;
};

export type ProofRules = {
  readonly publicUrl: string;
  readonly skewMs: number;
  readonly now: Date;
};

/** Imported keys by thumbprint. */
export interface KeyCache {
  get(jkt: string): CryptoKey | undefined;
}

/** A proof that holds, and the imported key, for whoever wants to keep it. */
export type VerifiedProof = ProvenKey & { readonly key: CryptoKey };

/**
 * Verifies a DPoP proof as RFC 9449, section 4.3, lists it: exactly one header, a well-formed JWT of type dpop+jwt, an
 * asymmetric algorithm, an embedded public key that signed it, the method, the URI without query and fragment, an `iat`
 * within the accepted window and, where the request presents a token, its hash as `ath`.
 *
 * What remains: the `jti` must be spent, in the unit of work of the act that the proof is for (replay.ts), and nothing is
 * known yet of who holds the key.
 *
 * @throws RequestError `dpop_invalid`
 */
export async function verifyDpopProof(
  request: ProvenRequest,
  rules: ProofRules,
  cache: KeyCache,
): Promise<VerifiedProof> {
  const { dpop } = request;
  if (dpop === undefined) throw refuse('dpop', 'one DPoP header', 'none');
  if (dpop.length > MAX_PROOF_LENGTH)
    throw refuse('dpop', `at most ${MAX_PROOF_LENGTH} characters`, `${dpop.length}`);
  if (dpop.includes(',')) throw refuse('dpop', 'one DPoP header', 'several');

  const { proofKey, key, payload } = await verifySignature(dpop, rules.now, cache);
  if (payload['htm'] !== request.method) throw refuse('dpop.htm', request.method, shown(payload['htm']));
  requireUri(payload['htu'], rules.publicUrl, request.path);
  const issuedAtMs = requireIssuedAt(payload.iat, rules);
  requireTokenHash(payload['ath'], request.token);
  const jti = payload.jti;
  if (typeof jti !== 'string' || jti.length === 0 || jti.length > MAX_JTI_LENGTH) {
    throw refuse('dpop.jti', `1 to ${MAX_JTI_LENGTH} characters`, shown(jti));
  }
  return {
    jkt: proofKey.jkt,
    jwk: proofKey.jwk,
    key,
    proof: { digest: replayDigest(proofKey.jkt, jti), expiresAt: new Date(issuedAtMs + rules.skewMs) },
  };
}

type Named = ProofKey & { readonly jkt: string };

async function verifySignature(
  dpop: string,
  now: Date,
  cache: KeyCache,
): Promise<{ proofKey: Named; key: CryptoKey; payload: JWTVerifyResult['payload'] }> {
  let found: { proofKey: Named; key: CryptoKey } | undefined;
  try {
    const { payload } = await jwtVerify(
      dpop,
      async (header) => {
        const proofKey = readProofKey(header.jwk, header.alg);
        const jkt = hash('sha256', proofKey.canonical, 'base64url');
        const key = cache.get(jkt) ?? (await importPublic(proofKey, header.alg));
        found = { proofKey: { ...proofKey, jkt }, key };
        return key;
      },
      { typ: 'dpop+jwt', algorithms: ALGORITHMS, currentDate: now },
    );
    if (found !== undefined) return { ...found, payload };
  } catch (cause) {
    if (cause instanceof RequestError) throw cause;
    if (!(cause instanceof joseErrors.JOSEError)) throw cause;
    throw new RequestError('dpop_invalid', `the DPoP proof does not verify: ${cause.message}`, {
      path: 'dpop',
      cause,
    });
  }
  throw refuse('dpop', 'a signed proof', 'none');
}

async function importPublic({ jwk }: ProofKey, alg: string): Promise<CryptoKey> {
  try {
    const key = await importJWK(jwk, alg);
    if (!(key instanceof Uint8Array)) return key;
  } catch (cause) {
    // A point off the curve: the engine's own error, made ours.
    throw new RequestError('dpop_invalid', 'the jwk is not a key', { path: 'dpop.jwk', cause });
  }
  throw refuse('dpop.jwk', 'a public key', 'a symmetric key');
}

/**
 * Section 4.3, check 9: the URI without query and fragment, compared after the normalisation of RFC 3986, 6.2.2 and
 * 6.2.3, which URL does. The proof names the verifier's public URL: one made for another verifier is not good here.
 */
function requireUri(htu: unknown, publicUrl: string, path: string): void {
  const expected = `${publicUrl.replace(/\/$/, '')}${path}`;
  if (htu === expected) return;
  if (typeof htu === 'string' && URL.canParse(htu)) {
    const named = new URL(htu);
    const own = new URL(expected);
    if (named.username === '' && named.password === '') {
      if (named.origin === own.origin && named.pathname === own.pathname) return;
    }
  }
  throw refuse('dpop.htu', expected, shown(htu));
}

function requireIssuedAt(iat: number | undefined, { now, skewMs }: ProofRules): number {
  const issuedAtMs = typeof iat === 'number' ? iat * 1000 : Number.NaN;
  if (Math.abs(now.getTime() - issuedAtMs) <= skewMs) return issuedAtMs;
  const actual = Math.abs(issuedAtMs) < 8.64e15 ? new Date(issuedAtMs).toISOString() : 'no instant';
  throw refuse('dpop.iat', `within ${skewMs / 1000} s of ${formatInstant(now)} (compare the clocks)`, actual);
}

/** Check 12: a proof that was made for one token serves no other. */
function requireTokenHash(ath: unknown, token: string | undefined): void {
  if (token === undefined || ath === hash('sha256', token, 'base64url')) return;
  throw refuse('dpop.ath', 'the hash of the token that is presented', shown(ath));
}

/**
 * What is remembered of a used proof: 52 bits of a hash, so that the set is one narrow index. Two proofs may share them
 * (one in 10^10 even among a million remembered): the second is then refused and made anew. Never is one admitted twice.
 */
function replayDigest(jkt: string, jti: string): number {
  const digest = hash('sha256', domain('dpop-proof', Buffer.from(jkt), Buffer.from(jti)), 'buffer');
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) >> 4);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : typeof value;
}

function refuse(path: string, expected: string, actual: string): RequestError {
  return new RequestError('dpop_invalid', `${path} is ${actual}, not ${expected}`, {
    path,
    expected,
    actual,
  });
}
