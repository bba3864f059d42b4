import { CompactSign } from 'jose';
import { appraiseHost, refusedAppraisal } from '../../appraisal/appraise.ts';
import { earClaims } from '../../appraisal/ear.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import type { HostEvidence } from '../../evidence/bundle/host-evidence.ts';
import { NO_TEE_TRUST } from '../../evidence/bundle/tee-trust.ts';
import { verifyBundle } from '../../evidence/bundle/verify.ts';
import { type PcrMap, toPcrMap } from '../../evidence/tpm/index.ts';
import type { Verified } from '../../evidence/verified.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';
import type { Context } from '../context.ts';
import type { HostPrincipal } from '../principal.ts';
import { freshUntil, nextAttestation } from '../session/pace.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { ekAnchorDigests } from '../trust/ek-anchors.ts';

/** A session and the host that it was issued to, as the store keeps them. */
export type OpenSession = {
  readonly nonce: Uint8Array;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly ak_name: Uint8Array;
  readonly ak_public: Uint8Array;
  readonly ek_anchor: string;
  readonly ek_name: Uint8Array;
  readonly ek_valid_until_ms: number;
  readonly facility_id: string;
  readonly tpm_device_id: string;
  readonly failures: number;
};

export type Submission = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  readonly session: OpenSession;
  readonly body: Uint8Array;
  readonly at: Date;
};

/** Everything that a submission leads to, before any of it is written. */
export type Judgement = {
  readonly appraisal: Appraisal;
  readonly ear: string;
  readonly nextAttestationAfter: Date;
  readonly failures: number;
  /** Null where the submission was not authentic. */
  readonly pcrs: PcrMap | null;
  readonly firmwareVersion: string | null;
};

/** Names the rules of evidence/bundle and appraisal in results. */
const POLICY_ID = 'tag:sextant,2026:policy/host-tpm#1';
const VERIFIER = { developer: 'Sextant', build: '0.1.0' } as const;

/**
 * Verifies and appraises one submission and signs the result. Reads nothing and writes nothing: the unit of work that
 * follows makes sure that what this was judged by still holds, and only then does any of it count.
 */
export async function judge(
  context: Context,
  submission: Submission,
  trust: EffectiveTrust,
): Promise<Judgement> {
  const { session, at } = submission;
  const nonce = toBase64Url(session.nonce);
  const { verified, appraisal } = appraise(context, submission, nonce, trust);
  const tpm = verified?.tpm ?? null;
  const failures = appraisal.outcome === 'accepted' ? 0 : session.failures + 1;
  const { attestationIntervalMs } = context.config;
  const nextAttestationAfter = nextAttestation(at, failures, attestationIntervalMs);
  const claims = earClaims({
    appraisal,
    issuedAt: at,
    expiresAt: reliableUntil(session, context.config),
    issuer: context.config.publicUrl,
    verifier: VERIFIER,
    hostId: submission.host.hostId,
    nonce,
    policyIds: [POLICY_ID],
  });
  return {
    appraisal,
    ear: await signEar(context, claims),
    nextAttestationAfter,
    failures,
    pcrs: tpm === null ? null : toPcrMap(tpm.quote.pcrs),
    firmwareVersion: tpm === null ? null : tpm.firmwareVersion.toString(16).padStart(16, '0'),
  };
}

function appraise(
  { config }: Context,
  { host, sessionId, session, body, at }: Submission,
  nonce: string,
  trust: EffectiveTrust,
): { readonly verified: Verified<HostEvidence> | null; readonly appraisal: Appraisal } {
  const { findings, verified } = verifyBundle({
    // A JWS is ASCII (RFC 7515, 3.1): other bytes become characters that no base64url has.
    jws: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'),
    session: {
      id: sessionId,
      nonce,
      expiresAt: formatInstant(new Date(session.expires_at_ms)),
      aud: config.publicUrl,
      tenant: host.tenant,
      hostId: host.hostId,
    },
    host: {
      kind: 'tpm',
      akPublic: session.ak_public,
      akName: session.ak_name,
      ekName: session.ek_name,
    },
    tee: NO_TEE_TRUST,
    at,
  });
  const judgement = { at, trustInputs: trust.digests, selfApproved: trust.selfApproved };
  if (verified === null) return { verified, appraisal: refusedAppraisal(findings, judgement) };
  const enrolment = {
    kind: 'tpm' as const,
    deviceId: session.tpm_device_id,
    ekAnchorSha256: session.ek_anchor,
    ekAnchorTrusted: ekAnchorDigests(trust).has(session.ek_anchor),
    ekValidUntil: new Date(session.ek_valid_until_ms),
    facilityId: session.facility_id,
  };
  const { referenceSets } = trust;
  return {
    verified,
    appraisal: appraiseHost({ ...judgement, findings, verified, referenceSets, enrolment }),
  };
}

/** Age counts from the nonce, not from the appraisal; and no result outlives the certificates that it rests on. */
function reliableUntil(session: OpenSession, config: Context['config']): Date {
  const fresh = freshUntil(new Date(session.issued_at_ms), config);
  return new Date(Math.min(fresh.getTime(), session.ek_valid_until_ms));
}

/** An EAT as a JWT (RFC 9711, 3 and 7.1.3), signed before anything is written: a failure to sign leaves no trace. */
function signEar({ keys }: Context, claims: object): Promise<string> {
  const { alg, kid, privateKey } = keys.ear;
  return new CompactSign(toUtf8(JSON.stringify(claims), 'ear'))
    .setProtectedHeader({ alg, kid, typ: 'eat+jwt' })
    .sign(privateKey);
}
