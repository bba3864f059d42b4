import { hash } from 'node:crypto';
import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toUtf8 } from '../../bytes/text.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import { readManifestKey } from '../../evidence/manifest/keys.ts';
import {
  DISCLOSURE_TYP,
  type DisclosedClaims,
  disclosedClaims,
  KEY_BINDING_TYP,
} from '../../protocol/disclosure.ts';
import { isSignedBy, type Jws, parseJws, readClaims } from '../grant/jws.ts';
import type { GrantKeys } from '../grant/keys.ts';
import { type SdJwt, splitSdJwt, unfold } from './sd-jwt.ts';

/** What a reader asks. Nothing here has a lenient default. */
export type DisclosurePolicy = {
  readonly at: Date;
  /** The verifier's public URL. */
  readonly issuer: string;
  /** `/.well-known/disclosure-keys.json`. */
  readonly keys: GrantKeys;
  /** Who reads: what the holder was told to name. */
  readonly audience: string;
  /** What the reader gave the holder, for this once. */
  readonly nonce: string;
  /** How old the showing may be, and how far clocks may differ; 300 s and 60 s unless given. */
  readonly showingAgeMs?: number;
  readonly skewMs?: number;
};

export type DisclosureJudgement = Findings & {
  readonly accepted: boolean;
  /** What is shown, believed or not; null where it cannot be read. */
  readonly claims: DisclosedClaims | null;
};

type Read = {
  readonly split: SdJwt;
  readonly jws: Jws;
  readonly claims: DisclosedClaims;
  readonly binding: { readonly jws: Jws; readonly said: z.infer<typeof bindingClaims> } | null;
};

const bindingClaims = z.strictObject({
  iat: z.int().min(0).max(253_402_300_799),
  aud: z.string().max(2000),
  nonce: z.string().max(2000),
  sd_hash: z.string().max(100),
});
const LIMITS = { path: 'sdJwt', maxBytes: 8 << 20, maxNodes: 200_000 };
const AGE_MS = 300_000;
const SKEW_MS = 60_000;

/**
 * Judges what a holder shows of what a host proved (RFC 9901, 7.3), offline.
 *
 * What remains unproven: what was not shown; that host and key have not parted (where keys are `operator-extractable`, the
 * weaknesses say so); and what became of the host since it was issued: `exp` is when its evidence ends, not when it was last asked.
 */
export function verifyDisclosure(text: string, policy: DisclosurePolicy): DisclosureJudgement {
  const findings = new CheckList();
  const read = readAll(text);
  if (read instanceof FormatError) {
    findings.expect('disclosure.well-formed', false, 'an SD-JWT of an appraisal', read.message);
    return { accepted: false, claims: null, ...findings };
  }
  findings.expect('disclosure.well-formed', true, 'an SD-JWT of an appraisal', 'one');
  checkIssuer(findings, read, policy);
  checkBinding(findings, read, policy);
  const { checks, notPerformed } = findings;
  return {
    accepted: findings.passed && notPerformed.length === 0,
    claims: read.claims,
    checks,
    notPerformed,
  };
}

function checkIssuer(
  findings: CheckList,
  { jws, claims }: Read,
  { keys, issuer, at, skewMs = SKEW_MS }: DisclosurePolicy,
): void {
  findings.expect('disclosure.type', jws.typ === DISCLOSURE_TYP, DISCLOSURE_TYP, jws.typ.slice(0, 100));
  const kid = String(jws.header['kid']);
  const key = keys.get(kid);
  findings.expect('disclosure.key', key !== undefined, 'a key of disclosures', kid.slice(0, 100));
  if (key === undefined) findings.skip('disclosure.signature', 'the key is not known');
  else {
    const isSigned = isSignedBy(jws, key);
    findings.expect(
      'disclosure.signature',
      isSigned,
      'signed by it',
      isSigned ? 'signed' : 'another signature',
    );
  }
  findings.expect('disclosure.issuer', claims.iss === issuer, issuer, claims.iss.slice(0, 200));
  const [atMs, issuedMs, endsMs] = [at.getTime(), claims.iat * 1000, claims.exp * 1000];
  findings.expect(
    'disclosure.issued',
    issuedMs <= atMs + skewMs,
    `by ${formatInstant(at)}`,
    instantOf(issuedMs),
  );
  findings.expect('disclosure.expired', atMs < endsMs, `before ${instantOf(endsMs)}`, formatInstant(at));
}

function checkBinding(findings: CheckList, { split, claims, binding }: Read, policy: DisclosurePolicy): void {
  const { audience, nonce, at, showingAgeMs = AGE_MS, skewMs = SKEW_MS } = policy;
  const isBound = findings.expect(
    'disclosure.key-binding',
    binding !== null,
    'a key binding',
    binding === null ? 'none' : 'one',
  );
  if (!isBound || binding === null) return;
  const { jws, said } = binding;
  const type = jws.typ.slice(0, 100);
  findings.expect('disclosure.key-binding.type', jws.typ === KEY_BINDING_TYP, KEY_BINDING_TYP, type);
  const key = readManifestKey(claims.cnf.jwk, 'cnf.jwk');
  const isSigned = isSignedBy(jws, key);
  findings.expect(
    'disclosure.key-binding.signature',
    isSigned,
    `by ${key.kid}`,
    isSigned ? key.kid : 'another',
  );
  findings.expect('disclosure.key-binding.audience', said.aud === audience, audience, said.aud);
  findings.expect('disclosure.key-binding.nonce', said.nonce === nonce, nonce, said.nonce);
  const ageMs = at.getTime() - said.iat * 1000;
  const isFresh = ageMs <= showingAgeMs && ageMs >= -skewMs;
  findings.expect(
    'disclosure.key-binding.issued',
    isFresh,
    `within ${showingAgeMs / 1000} s of ${formatInstant(at)}`,
    instantOf(said.iat * 1000),
  );
  const digest = hash('sha256', toUtf8(split.bound, 'sdJwt'), 'base64url');
  findings.expect('disclosure.key-binding.hash', said.sd_hash === digest, digest, said.sd_hash);
}

function instantOf(ms: number): string {
  return formatInstant(new Date(ms));
}

function readAll(text: string): Read | FormatError {
  try {
    const split = splitSdJwt(text.trim());
    const jws = parseJws(split.jwt, 'kid', LIMITS);
    const claims = readClaims(disclosedClaims, unfold(jws.payload, split.disclosures), 'sdJwt');
    readManifestKey(claims.cnf.jwk, 'cnf.jwk');
    if (split.keyBinding === null) return { split, jws, claims, binding: null };
    const bound = parseJws(split.keyBinding, 'kid', { ...LIMITS, path: 'keyBinding' });
    return {
      split,
      jws,
      claims,
      binding: { jws: bound, said: readClaims(bindingClaims, bound.payload, 'keyBinding') },
    };
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}
