import { hash } from 'node:crypto';
import { formatInstant } from '../../bytes/instant.ts';
import { contentDigest } from '../../evidence/digest.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Disclosure, LocationRequest } from '../../protocol/location.ts';
import { hostOutcome } from '../../store/events/standing.ts';
import {
  insertLocation,
  locationOfSession,
  notePlace,
  permitsOfSession,
} from '../../store/location/statements.ts';
import type { LocationTable, ProbePermitsTable } from '../../store/location/tables.ts';
import type { Tx } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { AvailabilityError, RequestError } from '../errors.ts';
import { summariseHost } from '../host/summary.ts';
import { openIncident } from '../incident/open.ts';
import { latchViolations } from '../latch/latch.ts';
import { noteOutage } from '../outage/facility.ts';
import type { HostPrincipal } from '../principal.ts';
import { freshUntil } from '../session/pace.ts';
import { type EffectiveTrust, effectiveTrust, trustEpochNow } from '../trust/effective.ts';
import { countedAudit } from './counted-audit.ts';
import { disclosureOf } from './disclosure.ts';
import { readPermits } from './permits.ts';
import { judgeReceipts, RECEIPT_GRACE_MS } from './receipts.ts';
import { resultOf, type WholeAnswer } from './result.ts';
import { type AttestedSession, readAttestedSession } from './session.ts';
import { solve } from './solve.ts';
import { type Standings, standingsNow } from './standings.ts';
import type { StoredPlace } from './stored-place.ts';
import { tellPlace } from './tell-place.ts';
import { violationOf } from './violation.ts';

export type LocationSubmission = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  readonly request: LocationRequest;
};

export type Located = { readonly answer: WholeAnswer; readonly leafIndex: number };

/** How often trust or keys may change under a submission before the host is asked to come back. */
const MAX_ROUNDS = 3;

/**
 * Takes the receipts of a session: verifies each, judges what they prove of the place, and keeps and logs the verdict before
 * anybody is told. The first submission of a session is its only one; the same receipts again get the same answer.
 *
 * @throws RequestError `not_found`, `host_suspended`, `evidence_not_accepted`, `session_superseded`, `permits_missing`,
 *   `permits_expired`, `location_already_submitted`, `dpop_replayed`
 * @throws AvailabilityError `overloaded` where the ground kept moving
 */
export async function submitLocation(context: Context, submission: LocationSubmission): Promise<Located> {
  const digest = contentDigest('location-request', [...submission.request.receipts]);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const at = context.clock();
    const ground = await readGround(context, submission, at);
    if (ground.before !== undefined) return repeat(context, submission, ground.before, digest);
    requireInTime(ground.permits, at);
    const located = await commit(context, submission, { ...ground, digest, at });
    if (located !== null) return located;
  }
  throw new AvailabilityError('overloaded', 'what the receipts are judged by kept changing: send them again');
}

type Ground = {
  readonly session: AttestedSession;
  readonly permits: ProbePermitsTable;
  readonly facility: FacilityTable;
  readonly audit: Facts['audit'];
  readonly disclosure: Disclosure;
  readonly trust: EffectiveTrust;
  readonly standings: Standings;
};

function readGround(
  context: Context,
  { host, sessionId }: LocationSubmission,
  at: Date,
): Promise<Ground & { readonly before: LocationTable | undefined }> {
  return context.store.read(async (view) => {
    const session = await readAttestedSession(view, host, sessionId);
    const permits = await view.first(permitsOfSession, { sessionId });
    const before = await view.first(locationOfSession, { sessionId });
    const facility = await view.first(facilityById, { id: session.facilityId });
    if (permits === undefined || facility === undefined) {
      throw new RequestError('permits_missing', 'this session was given no permits', {
        path: 'path.sessionId',
        expected: 'POST /v1/sessions/{sessionId}/permits before',
      });
    }
    if (permits.subject !== session.subject) {
      throw new RequestError(
        'session_superseded',
        'the permits are for other keys than the host has now: attest again',
      );
    }
    const trust = await effectiveTrust(context, view);
    return {
      session,
      permits,
      facility,
      before,
      trust,
      audit: (await countedAudit(view, trust, session.facilityId, at)).audit,
      disclosure: await disclosureOf(view, facility),
      standings: await standingsNow(context, view, trust, at),
    };
  });
}

function requireInTime({ expires_at_ms: expiresAtMs }: ProbePermitsTable, at: Date): void {
  if (at.getTime() <= expiresAtMs + RECEIPT_GRACE_MS) return;
  const expired = formatInstant(new Date(expiresAtMs));
  throw new RequestError('permits_expired', `the permits expired at ${expired}: attest anew`, {
    path: 'path.sessionId',
    expected: `receipts by ${formatInstant(new Date(expiresAtMs + RECEIPT_GRACE_MS))}`,
    actual: formatInstant(at),
  });
}

async function repeat(
  context: Context,
  { host }: LocationSubmission,
  row: LocationTable,
  digest: string,
): Promise<Located> {
  if (row.request_digest !== digest) {
    throw new RequestError(
      'location_already_submitted',
      'this session has had other receipts: attest again to be measured again',
      {
        path: 'body.receipts',
        expected: row.request_digest,
        actual: digest,
      },
    );
  }
  await context.store.write((tx) => spendProof(tx, host.proof));
  return { answer: readAnswer(row), leafIndex: row.leaf_index };
}

export function readAnswer({ answer }: Pick<LocationTable, 'answer'>): WholeAnswer {
  return JSON.parse(answer) as WholeAnswer; // what `commit` wrote
}

/** Writes it all, or nothing: null where the ground moved since the receipts were judged, or somebody was first. */
async function commit(
  context: Context,
  { host, sessionId, request }: LocationSubmission,
  ground: Ground & { readonly digest: string; readonly at: Date },
): Promise<Located | null> {
  const { session, permits, facility, disclosure, trust, audit, standings, digest, at } = ground;
  const { hostId, tenant } = host;
  const { receipts } = request;
  const judged = judgeReceipts({ receipts, permits: readPermits(permits), trust, standings, at });
  const nonceIssuedAt = new Date(session.issuedAtMs);
  const solved = solve(context, {
    measured: judged.measured,
    facility,
    standings,
    trust,
    sessionId,
    subject: session.subject,
    nonceIssuedAt,
    freshUntil: freshUntil(nonceIssuedAt, context.config),
  });
  const result = {
    hostId,
    sessionId,
    session,
    solved,
    receipts: judged.receipts,
    trust,
    disclosure,
    at,
    audit,
  };
  const answer = await resultOf(context, result);
  return context.store.write(async (tx) => {
    if ((await trustEpochNow(tx)) !== trust.epoch) return null;
    const now = await readAttestedSession(tx, host, sessionId);
    if (now.hostVersion !== session.hostVersion || now.subject !== session.subject) return null;
    if ((await tx.first(locationOfSession, { sessionId })) !== undefined) return null;
    await spendProof(tx, host.proof);
    const leafIndex = await recordLocation(context, tx, host, { answer, digest, at });
    await tx.run(insertLocation, {
      session_id: sessionId,
      host_id: hostId,
      tenant,
      facility_id: session.facilityId,
      request_digest: digest,
      verdict: answer.verdict.verdict,
      at_ms: at.getTime(),
      expires_at_ms: solved.place.expiresAtMs,
      measured: JSON.stringify(judged.measured),
      receipts: JSON.stringify(receipts),
      answer: JSON.stringify(answer),
      leaf_index: leafIndex,
    });
    const was = (await tx.first(hostOutcome, { hostId }))?.place ?? null;
    if (answer.verdict.verdict === 'inconclusive' && wasInside(was)) {
      // Where landmarks do not answer, every host of the facility loses its proof.
      await noteOutage(context, tx, { facilityId: session.facilityId, cause: 'landmarks', at });
    }
    await tellPlace(context, tx, { host, at, before: was, after: solved.place });
    await tx.run(notePlace, { hostId, place: JSON.stringify(solved.place) });
    await summariseHost(context, tx, hostId);
    const violation = violationOf(answer.verdict, hostId);
    if (violation !== null) {
      await latchViolations(context, tx, { host, sessionId, violations: [violation], at });
    }
    if (answer.verdict.verdict === 'inconsistent') {
      // Somebody lies, the host or a landmark: nobody is held for it, and somebody must look.
      const evidence = [`session:${sessionId}`, `leaf:${leafIndex}`];
      const subjects = [`host:${hostId}`];
      await openIncident(context, tx, { kind: 'spoofed-location', tenant, subjects, evidence, at });
    }
    return { answer, leafIndex };
  });
}

function wasInside(place: string | null): boolean {
  // What `commit` wrote.
  return place !== null && (JSON.parse(place) as StoredPlace).fact.verdict === 'proven-inside'; // see above
}

/** The leaf says what was proven of the area, by whom, and by what; nothing in it says where. */
function recordLocation(
  context: Context,
  tx: Tx,
  { hostId, tenant }: HostPrincipal,
  { answer, digest, at }: { readonly answer: WholeAnswer; readonly digest: string; readonly at: Date },
): Promise<number> {
  const { sessionId, verdict, receipts, expiresAt, ear } = answer;
  const body = {
    sessionId,
    hostId,
    receiptsSha256: digest,
    verdict: verdict.verdict,
    area: verdict.area,
    grade: verdict.grade,
    f: verdict.f,
    landmarks: verdict.landmarks.length,
    refused: receipts.filter(({ counts }) => !counts).length,
    expiresAt,
    earSha256: hash('sha256', ear, 'hex'),
  };
  return recordAct(tx, context, { type: 'location', at, tenant, body });
}
