import { hash } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';
import { BUNDLE_MEDIA_TYPE } from '../../protocol/session.ts';
import {
  appraisalOfSession,
  insertAppraisal,
  insertEvidence,
  noteAuthenticSubmission,
  noteSubmission,
} from '../../store/attestation/appraisals.ts';
import { consumeSession, lapseSession, sessionOfHost } from '../../store/attestation/sessions.ts';
import { notePlaceSubject } from '../../store/location/statements.ts';
import { recordAct } from '../acts.ts';
import { settleChallenges } from '../challenge/settle.ts';
import { keepChips, standsAsJudged } from '../chips/keep.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { AvailabilityError, RequestError } from '../errors.ts';
import { tellSubmission } from '../events/tell-host.ts';
import { latchViolations } from '../latch/latch.ts';
import { reconsiderLicences } from '../licence/reconsider.ts';
import { noteOutage } from '../outage/facility.ts';
import { noteVendorOutage } from '../outage/vendor.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';
import { type EffectiveTrust, effectiveTrust, trustEpochNow } from '../trust/effective.ts';
import { type StoredAnswer, storeAnswer, withReceipt } from './answer.ts';
import { rememberDocuments, writeDocuments } from './inputs.ts';
import { claimantOf, type Judgement, judge, type OpenSession, type Submission } from './judge.ts';
import { recordAppraisal } from './record.ts';

export type EvidenceRequest = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  /** As received; it need not be a bundle. */
  readonly body: Uint8Array;
};

/** How often keys, standing or trust may change under a submission before the verifier asks the host to come back. */
const MAX_ROUNDS = 3;

/**
 * Takes the submission of a session: verifies, appraises and records it, and answers with all that was found.
 *
 * The first submission that the session's own host proves consumes the nonce, whatever its outcome; whatever anybody else
 * sends consumes nothing. The same bytes again get the same answer, other bytes a refusal. Verification happens outside
 * the unit of work, which then sees to it that keys, standing and trust inputs are still those it leaned on.
 *
 * @returns the JSON text of an `EvidenceAnswer`
 * @throws RequestError `not_found` for another host's session, `session_expired`, `session_already_submitted`,
 *   `host_suspended`, `unauthenticated`, `dpop_replayed`; `collateral_unavailable` where a vendor's documents cannot be had
 *   just now: nothing was judged, the nonce is not consumed, and the same bytes may come again
 * @throws AvailabilityError `overloaded` where the ground kept moving
 */
export async function submitEvidence(context: Context, request: EvidenceRequest): Promise<string> {
  const { host, sessionId, body } = request;
  const digest = hash('sha256', body, 'hex');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const at = context.clock();
    const { session, trust } = await readSession(context, request);
    if (session.submitted_at_ms !== null) return repeat(context, host, sessionId, session, digest, at);
    requireActing(session);
    if (at.getTime() >= session.expires_at_ms || session.lapsed_at_ms !== null) {
      await lapse(context, host, sessionId, digest, at);
      const expired = formatInstant(new Date(session.expires_at_ms));
      throw new RequestError('session_expired', `the session expired at ${expired}: ask for a new one`);
    }
    const submission = { host, sessionId, session, body, at };
    const judgement = await judge(context, submission, trust).catch((error: unknown) =>
      noteVendorOutage(context, session.facility_id, error),
    );
    const stored = await commit(context, submission, { digest, session, judgement, trust });
    if (stored === null) continue;
    rememberDocuments(context.store, judgement.inputs, at);
    return withReceipt(context, stored);
  }
  throw new AvailabilityError('overloaded', 'what the evidence is judged by kept changing: submit it again');
}

type SessionRow = OpenSession & {
  readonly version: number;
  readonly submitted_at_ms: number | null;
  readonly evidence_digest: string | null;
  readonly lapsed_at_ms: number | null;
  readonly suspended_at_ms: number | null;
  readonly suspended_reason: string | null;
  /** The session that the host is challenged to answer: this one, perhaps. */
  readonly challenge_session_id: string | null;
};

/** The session, its host and what is trusted, in one snapshot. */
async function readSession(
  context: Context,
  { host, sessionId }: EvidenceRequest,
): Promise<{ readonly session: SessionRow; readonly trust: EffectiveTrust }> {
  const { hostId, jkt } = host;
  return context.store.read(async (view) => {
    const session = await view.first(sessionOfHost, { id: sessionId, hostId, jkt });
    // Another host's session, and one that never was, look the same from outside.
    if (session === undefined) {
      throw new RequestError('not_found', 'this host has no such session', { path: 'path.sessionId' });
    }
    return { session, trust: await effectiveTrust(context, view) };
  });
}

/** The stored answer for the same bytes. Its proof is spent too: an eavesdropper's copy of it must not fetch the answer. */
async function repeat(
  context: Context,
  host: HostPrincipal,
  sessionId: string,
  session: Pick<SessionRow, 'evidence_digest'>,
  digest: string,
  at: Date,
): Promise<string> {
  if (session.evidence_digest !== digest) {
    throw new RequestError('session_already_submitted', 'this session has had another submission', {
      path: 'body',
      expected: `the bytes with SHA-256 ${session.evidence_digest}`,
      actual: digest,
    });
  }
  const row = await context.store.write(async (tx) => {
    await spendProof(tx, host.proof, at);
    return tx.first(appraisalOfSession, { sessionId });
  });
  if (row === undefined) throw new AvailabilityError('store_unavailable', 'the answer is not there yet');
  return withReceipt(context, { answer: row.answer, leafIndex: row.leaf_index });
}

/** Somebody came too late: that it happened is on record, once. */
async function lapse(
  context: Context,
  host: HostPrincipal,
  sessionId: string,
  evidenceSha256: string,
  at: Date,
): Promise<void> {
  await context.store.write(async (tx) => {
    await spendProof(tx, host.proof, at);
    if ((await tx.run(lapseSession, { id: sessionId, nowMs: at.getTime() })) === 0) return;
    const body = { sessionId, hostId: host.hostId, evidenceSha256 };
    await recordAct(tx, context, { type: 'session.expired', at, tenant: host.tenant, body });
  });
}

type Outcome = {
  readonly digest: string;
  readonly session: Pick<SessionRow, 'version' | 'challenge_session_id'>;
  readonly judgement: Judgement;
  readonly trust: EffectiveTrust;
};

/** Writes it all, or nothing: null where somebody was first, or where the ground moved since the evidence was verified. */
async function commit(
  context: Context,
  submission: Submission,
  { digest, session: read, judgement, trust }: Outcome,
): Promise<StoredAnswer | null> {
  const { host, sessionId, session, body, at } = submission;
  const { version: hostVersion, challenge_session_id: challenged } = read;
  const { appraisal, ear, nextAttestationAfter, chips, inputs } = judgement;
  const claimant = claimantOf(submission);
  const { hostId, tenant } = host;
  const atMs = at.getTime();
  const { outcome } = appraisal;
  const answer = storeAnswer({
    sessionId,
    appraisal,
    ear,
    nextAttestationAfter: formatInstant(nextAttestationAfter),
  });
  return context.store.write(async (tx) => {
    if ((await trustEpochNow(tx)) !== trust.epoch) return null;
    if (!(await standsAsJudged(context, tx, claimant, chips))) return null;
    const consumed = await tx.run(consumeSession, {
      id: sessionId,
      hostId,
      hostVersion,
      digest,
      nowMs: atMs,
    });
    if (consumed !== 1) return null;
    await spendProof(tx, host.proof, at);
    const mediaType = BUNDLE_MEDIA_TYPE;
    await tx.run(insertEvidence, { digest, mediaType, content: body, receivedAtMs: atMs });
    await writeDocuments(context.store, tx, inputs, at);
    const leafIndex = await recordAppraisal(context, tx, host, at, { sessionId, digest, answer, judgement });
    await tx.run(insertAppraisal, {
      sessionId,
      hostId,
      tenant,
      evidenceDigest: digest,
      outcome,
      atMs,
      answer,
      leafIndex,
      inputs: inputs.text,
    });
    const noted = {
      hostId,
      sessionId,
      evidenceAtMs: session.issued_at_ms,
      outcome,
      failures: judgement.failures,
      nextAttestationAfterMs: nextAttestationAfter.getTime(),
      reasons: JSON.stringify(appraisal.reasons),
      facts: factsText(appraisal),
      referenceSets: JSON.stringify(appraisal.referenceSets.matched.map(({ name }) => name)),
      trustEpoch: trust.epoch,
      validUntilMs: appraisal.validUntil === null ? null : Date.parse(appraisal.validUntil),
    };
    const { reasons } = appraisal;
    const submitted = { host, sessionId, outcome, reasons, facts: noted.facts, at };
    const isOther = await tellSubmission(context, tx, submitted);
    if (isOther) await reconsiderLicences(tx, `host:${hostId}`, at);
    const { measured } = judgement;
    if (measured === null) await tx.run(noteSubmission, noted);
    else await tx.run(noteAuthenticSubmission, { ...noted, ...measured });
    if (judgement.placeSubject !== null) {
      await tx.run(notePlaceSubject, { hostId, subject: judgement.placeSubject });
    }
    if (outcome === 'accepted') await keepChips(context, tx, { claimant, tenant, sessionId, chips });
    if (appraisal.violations.length > 0) {
      await latchViolations(context, tx, { host, sessionId, violations: appraisal.violations, at });
    }
    if (challenged === sessionId) await settleChallenges(context, tx, { hostId, sessionId, outcome, at });
    if (judgement.isVendorOutage) {
      await noteOutage(context, tx, { facilityId: session.facility_id, cause: 'vendor', at });
    }
    return { answer, leafIndex };
  });
}

/** Canonical for want of anything else: hosts alike have one text, which readers parse once. */
function factsText({ devices }: Appraisal): string | null {
  const self = devices.find(({ kind }) => kind === 'host-tpm' || kind === 'host-tee');
  return self === undefined ? null : JSON.stringify(self.facts);
}
