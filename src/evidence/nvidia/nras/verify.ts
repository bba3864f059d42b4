import { createHash } from 'node:crypto';
import { FormatError } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/text.ts';
import type { TrustAnchor } from '../../../pki/index.ts';
import { CheckList } from '../../check.ts';
import { sealVerified, type Verified } from '../../verified.ts';
import { checkSampleNonce } from '../nonce.ts';
import { p384SignatureHolds } from '../p384.ts';
import { type NrasAnswer, parseNrasAnswer } from './answer.ts';
import { type DeviceClaims, type OverallClaims, readDeviceClaims, readOverallClaims } from './claims.ts';
import type { NrasKey, NrasKeys } from './jwks.ts';
import { findKey, type KeySources } from './keys.ts';
import type { NrasToken } from './token.ts';
import { checkVerdicts } from './verdicts.ts';

export const NRAS_ISSUER = 'https://nras.attestation.nvidia.com';
/** The service gives an hour; a token that claims more than a day is not of its making. */
const MAX_LIFE_MS = 86_400_000;
/** A token is dated by the service's clock, and may be read in the same second by ours. */
const AHEAD_MS = 60_000;

export type NrasInput = {
  /** The answer's body, exactly as received. */
  readonly answer: Uint8Array;
  /** Keys that the caller trusts by name. */
  readonly trustedKeys: NrasKeys;
  /** Keys that came along: they count by their certificates alone. */
  readonly presentedKeys: NrasKeys;
  /** Roots or issuers of the service's certificates, never of devices. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** What NVIDIA's service was asked with, 32 bytes; absent: freshness is reported as not performed. */
  readonly nonce?: Uint8Array;
  /** `gate` also refuses what is genuine and says nothing good of a device. */
  readonly policy: 'authenticity' | 'gate';
};

export type NrasDevice = DeviceClaims & { readonly name: string };

/** What NVIDIA's service says of devices. It is NVIDIA's word: no report was seen here, nor compared with anything. */
export type NrasEvidence = {
  readonly overall: OverallClaims;
  readonly devices: readonly NrasDevice[];
  readonly validUntil: Date;
};

export type NrasResult = {
  readonly findings: CheckList;
  /** What the tokens say, whether or not they are believed; null where they cannot be read. */
  readonly described: Omit<NrasEvidence, 'validUntil'> | null;
  readonly verified: Verified<NrasEvidence> | null;
};

type Named = { readonly name: string; readonly token: NrasToken };

/**
 * Verifies the tokens of NVIDIA's remote attestation service: form, keys, signatures, issuer, dates, nonce, digests.
 *
 * Throws nothing for what the bytes hold. Unproven afterwards: whatever `findings.notPerformed` lists; everything that the service
 * did not look at; and in which host the devices sit.
 */
export function verifyNras(input: NrasInput): NrasResult {
  const checks = new CheckList();
  const answer = reading(checks, 'nvidia.nras.well-formed', undefined, () => parseNrasAnswer(input.answer));
  if (answer === null) return { findings: checks, described: null, verified: null };
  const tokens = [
    { name: 'overall', token: answer.overall },
    ...[...answer.devices].map(([name, token]) => ({ name, token })),
  ];
  const signed = checkSignatures(checks, tokens, sourcesOf(input));
  const described = readClaims(checks, answer);
  if (described === null) return { findings: checks, described: null, verified: null };
  const { overall, devices } = described;
  checkSubmodules(checks, answer, overall);
  for (const { name, ...claims } of [{ ...overall, name: 'overall' }, ...devices]) {
    checks.expect('nvidia.nras.issuer', claims.iss === NRAS_ISSUER, NRAS_ISSUER, claims.iss, name);
    checkDates(checks, claims, input.at, name);
    checkNonce(checks, claims.eatNonce, input.nonce, name);
  }
  checkSampleNonce(checks, Buffer.from(overall.eatNonce, 'hex'), input.policy, undefined);
  checkDistinct(checks, devices);
  // Asked before NVIDIA's verdicts, which decide nothing about authenticity.
  const authentic = signed && checks.passed;
  checkVerdicts(checks, overall, devices, input.policy);
  if (!authentic) return { findings: checks, described, verified: null };
  const ends = [overall, ...devices].map(({ expiresAt }) => expiresAt.getTime());
  const evidence: NrasEvidence = { ...described, validUntil: new Date(Math.min(...ends)) };
  return { findings: checks, described, verified: sealVerified(evidence) };
}

function sourcesOf({ trustedKeys, presentedKeys, anchors, at }: NrasInput): KeySources {
  return { trusted: trustedKeys, presented: presentedKeys, anchors, at };
}

/** `nvidia.nras.key` and `nvidia.nras.signature`, of every token. */
function checkSignatures(checks: CheckList, tokens: readonly Named[], sources: KeySources): boolean {
  const keys = new Map<string, NrasKey | string>();
  const outcomes = tokens.map(({ name, token }) => {
    const key = keys.get(token.kid) ?? findKey(token.kid, sources);
    keys.set(token.kid, key);
    const isKnown = typeof key !== 'string';
    const expected = "a key of NVIDIA's service that is trusted";
    checks.expect('nvidia.nras.key', isKnown, expected, isKnown ? token.kid : key, name);
    if (!isKnown) {
      checks.skip('nvidia.nras.signature', `${name}: its key is not known`);
      return false;
    }
    const holds = p384SignatureHolds(token.signingInput, token.signature, key.publicKey);
    const actual = holds ? 'made by it' : 'does not hold';
    return checks.expect('nvidia.nras.signature', holds, 'made by its key', actual, name);
  });
  return outcomes.every(Boolean);
}

/** `nvidia.nras.claims`: version 3.0, and every claim that is asked about. */
function readClaims(checks: CheckList, { overall, devices }: NrasAnswer): NrasResult['described'] {
  const id = 'nvidia.nras.claims';
  const read = reading(checks, id, 'overall', () => readOverallClaims(overall.claims));
  const each = [...devices].map(([name, { claims }]) =>
    reading(checks, id, name, () => ({ ...readDeviceClaims(claims, `nras.${name}`), name })),
  );
  const whole = each.filter((device) => device !== null);
  return read === null || whole.length < each.length ? null : { overall: read, devices: whole };
}

function reading<T>(
  checks: CheckList,
  id: 'nvidia.nras.well-formed' | 'nvidia.nras.claims',
  where: string | undefined,
  read: () => T,
): T | null {
  const expected = id === 'nvidia.nras.claims' ? 'claims of version 3.0' : 'a detached EAT of ES384 tokens';
  try {
    const value = read();
    checks.expect(id, true, expected, 'well formed', where);
    return value;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, expected, `${error.code}: ${error.message}`, where);
    return null;
  }
}

/** `nvidia.nras.submodules`: the very tokens that the overall token names by digest, all of them and no other. */
function checkSubmodules(checks: CheckList, { devices }: NrasAnswer, { submodules }: OverallClaims): void {
  const found = new Map([...devices].map(([name, { text }]) => [name, sha256(text)]));
  const names = [...new Set([...submodules.keys(), ...found.keys()])];
  const wrong = names.filter((name) => submodules.get(name) !== found.get(name));
  const expected = `${submodules.size} tokens by their digests`;
  const actual = wrong.length === 0 ? 'all of them' : `not so: ${wrong.join(', ').slice(0, 200)}`;
  checks.expect('nvidia.nras.submodules', wrong.length === 0, expected, actual);
}

/** `nvidia.nras.dates` */
function checkDates(
  checks: CheckList,
  { issuedAt, notBefore, expiresAt }: Pick<DeviceClaims, 'issuedAt' | 'notBefore' | 'expiresAt'>,
  at: Date,
  where: string,
): void {
  const begins = Math.max(issuedAt.getTime(), notBefore.getTime());
  const [now, ends] = [at.getTime(), expiresAt.getTime()];
  const holds = begins <= now + AHEAD_MS && now < ends && ends - issuedAt.getTime() <= MAX_LIFE_MS;
  const actual = `${new Date(begins).toISOString()} to ${expiresAt.toISOString()}`;
  const instant = Number.isNaN(now) ? 'no instant' : at.toISOString();
  checks.expect('nvidia.nras.dates', holds, `valid at ${instant}, for a day at most`, actual, where);
}

/** `nvidia.nras.nonce`: the service was asked this question. */
function checkNonce(
  checks: CheckList,
  actual: string,
  expected: Uint8Array | undefined,
  where: string,
): void {
  const id = 'nvidia.nras.nonce';
  if (expected !== undefined) checks.expect(id, actual === toHex(expected), toHex(expected), actual, where);
  else if (where === 'overall') checks.skip(id, 'no nonce was given: the answer may be to any question');
}

/** `nvidia.nras.devices.distinct` */
function checkDistinct(checks: CheckList, devices: readonly NrasDevice[]): void {
  const ueids = devices.map(({ ueid }) => ueid);
  const repeated = ueids.find((ueid, index) => ueids.indexOf(ueid) !== index);
  const actual = repeated === undefined ? `${devices.length} devices` : `${repeated} more than once`;
  checks.expect('nvidia.nras.devices.distinct', repeated === undefined, 'each device once', actual);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
