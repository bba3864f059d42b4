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
import { hostOutcome } from '../../store/events/standing.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import { settleChallenges } from '../challenge/settle.ts';
import { keepChips, standsAsJudged } from '../chips/keep.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { AvailabilityError, RequestError } from '../errors.ts';
import { tellSubmission } from '../events/tell-host.ts';
import { summariseHost } from '../host/summary.ts';
import { latchViolations } from '../latch/latch.ts';
import { reconsiderLicences } from '../licence/reconsider.ts';
import { noteOutage } from '../outage/facility.ts';
import { noteVendorOutage } from '../outage/vendor.ts';
import type { HostPrincipal } from '../principal.ts';
import { requireActing } from '../session/require-host.ts';
import { type EffectiveTrust, type EpochOfTrust, effectiveTrust, knownTrust } from '../trust/effective.ts';
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
    if (session.submitted_at_ms !== null) return repeat(context, host, sessionId, session, digest);
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

type SessionRow = OpenSession &
  EpochOfTrust & {
    readonly version: number;
    readonly submitted_at_ms: number | null;
    readonly evidence_digest: string | null;
    readonly lapsed_at_ms: number | null;
    readonly suspended_at_ms: number | null;
    readonly suspended_reason: string | null;
    /** The session that the host is challenged to answer: this one, perhaps. */
    readonly challenge_session_id: string | null;
  };

type SessionAndTrust = { readonly session: SessionRow; readonly trust: EffectiveTrust };

/** The session, its host and what is trusted, in one snapshot: of one statement, where trust is as it was when it was last read. */
async function readSession(context: Context, { host, sessionId }: EvidenceRequest): Promise<SessionAndTrust> {
  const { hostId, jkt } = host;
  const named = { id: sessionId, hostId, jkt };
  const session = requireSession(await context.store.first(sessionOfHost, named));
  const trust = knownTrust(context, session);
  if (trust !== undefined) return { session, trust };
  return context.store.read(async (view) => ({
    session: requireSession(await view.first(sessionOfHost, named)),
    trust: await effectiveTrust(context, view),
  }));
}

/** Another host's session, and one that never was, look the same from outside. */
function requireSession(session: SessionRow | undefined): SessionRow {
  if (session !== undefined) return session;
  throw new RequestError('not_found', 'this host has no such session', { path: 'path.sessionId' });
}

/** The stored answer for the same bytes. Its proof is spent too: an eavesdropper's copy of it must not fetch the answer. */
async function repeat(
  context: Context,
  host: HostPrincipal,
  sessionId: string,
  session: Pick<SessionRow, 'evidence_digest'>,
  digest: string,
): Promise<string> {
  if (session.evidence_digest !== digest) {
    throw new RequestError('session_already_submitted', 'this session has had another submission', {
      path: 'body',
      expected: `the bytes with SHA-256 ${session.evidence_digest}`,
      actual: digest,
    });
  }
  const row = await context.store.write(async (tx) => {
    await spendProof(tx, host.proof);
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
    await spendProof(tx, host.proof);
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

/** Undoes a unit of work: somebody was first, or the ground moved since the evidence was verified. */
class Moved extends Error {}

/** Writes it all, or nothing: null where {@link Moved}. What does not rest on each other's answers is asked for together. */
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
  const work = async (tx: Tx): Promise<StoredAnswer> => {
    const mediaType = BUNDLE_MEDIA_TYPE;
    const [now, stands, consumed, before] = await Promise.all([
      effectiveTrust(context, tx),
      standsAsJudged(context, tx, claimant, chips),
      tx.run(consumeSession, { id: sessionId, hostId, hostVersion, digest, nowMs: atMs }),
      tx.first(hostOutcome, { hostId }),
      spendProof(tx, host.proof),
      tx.run(insertEvidence, { digest, mediaType, content: body, receivedAtMs: atMs }),
    ]);
    // Who had no GPUs when it was judged was held against none: another submission of the same host may have shown some since.
    const isUnseen = chips.standing === null && (before?.proven_chips ?? 0) > 0;
    if (now.epoch !== trust.epoch || !stands || isUnseen || consumed !== 1) throw new Moved();
    await writeDocuments(context.store, tx, inputs, at);
    const leafIndex = await recordAppraisal(context, tx, host, at, { sessionId, digest, answer, judgement });
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
    const submitted = { host, sessionId, outcome, reasons, facts: noted.facts, before, at };
    const { measured, placeSubject } = judgement;
    const [isOther] = await Promise.all([
      tellSubmission(context, tx, submitted),
      tx.run(insertAppraisal, {
        sessionId,
        hostId,
        tenant,
        evidenceDigest: digest,
        outcome,
        atMs,
        answer,
        leafIndex,
        inputs: inputs.text,
      }),
      measured === null
        ? tx.run(noteSubmission, noted)
        : tx.run(noteAuthenticSubmission, { ...noted, ...measured, placeSubject }),
      summariseHost(context, tx, hostId), // which reads what was just noted
    ]);
    if (isOther) await reconsiderLicences(tx, `host:${hostId}`, at);
    if (outcome === 'accepted') await keepChips(context, tx, { claimant, tenant, sessionId, chips });
    if (appraisal.violations.length > 0) {
      await latchViolations(context, tx, { host, sessionId, violations: appraisal.violations, at });
    }
    if (challenged === sessionId) await settleChallenges(context, tx, { hostId, sessionId, outcome, at });
    if (judgement.isVendorOutage) {
      await noteOutage(context, tx, { facilityId: session.facility_id, cause: 'vendor', at });
    }
    return { answer, leafIndex };
  };
  return context.store.write(work).catch((error: unknown) => {
    if (error instanceof Moved) return null;
    throw error;
  });
}

/** Canonical for want of anything else: hosts alike have one text, which readers parse once. */
function factsText({ devices }: Appraisal): string | null {
  const self = devices.find(({ kind }) => kind === 'host-tpm' || kind === 'host-tee');
  return self === undefined ? null : JSON.stringify(self.facts);
}
