import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import {
  MAX_PERMIT_LIFETIME_MS,
  MIN_BURSTS,
  MIN_ROUNDS,
  PERMIT_PURPOSE,
  type Permit,
  type PermitDocument,
  parsePermit,
} from './permit.ts';
import { type Signed, signatureHolds } from './signed.ts';

/** A key whose permits a landmark honours: one verifier's, found by its id. */
export type PermitKey = {
  readonly issuer: string;
  readonly key: KeyObject;
  /** Another landmark's own key: it vouches for the host key of these 32 bytes, its own, and for no other. */
  readonly onlyFor?: Uint8Array;
};

export type PermitTrust = {
  /** By RFC 7638 thumbprint in base64url, the `kid` of the verifier's JWK set. */
  readonly keys: ReadonlyMap<string, PermitKey>;
  /** Who is asked: this landmark. */
  readonly landmarkId: string;
  readonly landmarkKey: Uint8Array;
  readonly at: Date;
  /** By how much verifier's and landmark's clocks may differ, milliseconds. */
  readonly clockSkewMs: number;
};

export type PermitResult = { readonly findings: Findings; readonly permit: Permit | null };

/**
 * Whether a permit lets a host be measured here and now. `permit` is null unless every check passed.
 *
 * Never throws for what a host sent. Unproven afterwards: that it is used for the first time, which whoever keeps the used
 * ones knows, and that whoever carries it holds the host's keys, which the protocol shows.
 */
export function verifyPermit(bytes: Uint8Array, trust: PermitTrust): PermitResult {
  const checks = new CheckList();
  const parsed = readDocument(bytes, checks);
  if (parsed === null) return { findings: checks, permit: null };
  const { permit } = parsed.content;
  checkSignature(parsed, trust, checks);
  checkAudience(permit, trust, checks);
  checkTimes(permit, trust, checks);
  checks.expect(
    'permit.rounds',
    permit.rounds >= MIN_ROUNDS && permit.bursts >= MIN_BURSTS && permit.bursts <= permit.rounds,
    `at least ${MIN_ROUNDS} rounds in ${MIN_BURSTS} or more bursts`,
    `${permit.rounds} rounds in ${permit.bursts} bursts`,
  );
  return { findings: checks, permit: checks.passed ? permit : null };
}

function readDocument(bytes: Uint8Array, checks: CheckList): Signed<PermitDocument> | null {
  try {
    const parsed = parsePermit(bytes);
    checks.expect('permit.well-formed', true, 'a permit', 'a permit');
    return parsed;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect('permit.well-formed', false, 'a permit', error.code, error.path);
    return null;
  }
}

/** `permit.key`, `permit.signature`: a verifier that this landmark trusts has signed these very bytes. */
function checkSignature(document: Signed<PermitDocument>, { keys }: PermitTrust, checks: CheckList): void {
  const { keyId, permit } = document.content;
  const kid = toBase64Url(keyId);
  const known = keys.get(kid);
  // A key counts for its own verifier alone: else one verifier could speak in another's name.
  const trusted = known?.issuer === permit.issuer ? known : undefined;
  checks.expect(
    'permit.key',
    trusted !== undefined,
    'a permit key of a trusted verifier',
    `${permit.issuer} ${kid}`,
  );
  if (trusted === undefined) return;
  if (trusted.onlyFor !== undefined) {
    const own = equalBytes(permit.hostKey, trusted.onlyFor);
    checks.expect(
      'permit.self',
      own,
      "the signer's own key",
      own ? 'its own key' : toBase64Url(permit.hostKey),
    );
  }
  const holds = signatureHolds(PERMIT_PURPOSE, document, trusted.key);
  checks.expect('permit.signature', holds, 'by that key', holds ? 'by that key' : 'does not hold');
}

function checkAudience(permit: Permit, { landmarkId, landmarkKey }: PermitTrust, checks: CheckList): void {
  checks.expect('permit.landmark', permit.landmarkId === landmarkId, landmarkId, permit.landmarkId);
  checks.expect(
    'permit.landmark-key',
    equalBytes(permit.landmarkKey, landmarkKey),
    toBase64Url(landmarkKey),
    toBase64Url(permit.landmarkKey),
  );
}

function checkTimes(
  { issuedAt, expiresAt }: Permit,
  { at, clockSkewMs }: PermitTrust,
  checks: CheckList,
): void {
  const lifetime = expiresAt.getTime() - issuedAt.getTime();
  checks.expect(
    'permit.lifetime',
    lifetime > 0 && lifetime <= MAX_PERMIT_LIFETIME_MS,
    `more than 0, at most ${MAX_PERMIT_LIFETIME_MS} ms`,
    `${lifetime} ms`,
  );
  // Written so that a time that is not one passes neither.
  const begun = issuedAt.getTime() <= at.getTime() + clockSkewMs;
  checks.expect('permit.begun', begun, `issued by ${shown(at)}`, shown(issuedAt));
  const open = at.getTime() < expiresAt.getTime() + clockSkewMs;
  checks.expect('permit.open', open, `expires after ${shown(at)}`, shown(expiresAt));
}

function shown(at: Date): string {
  return Number.isNaN(at.getTime()) ? 'no time' : at.toISOString();
}
