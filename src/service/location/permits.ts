import { formatInstant } from '../../bytes/instant.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { areaOfOutline, middleOf } from '../../location/authorised-area.ts';
import { drawLandmarks } from '../../location/draw.ts';
import { MAX_PERMIT_LIFETIME_MS, type Permit, signPermit } from '../../location/probe/index.ts';
import { area } from '../../protocol/area.ts';
import type { PermitsAnswer } from '../../protocol/location.ts';
import { insertPermits, permitsOfSession } from '../../store/location/statements.ts';
import type { ProbePermitsTable } from '../../store/location/tables.ts';
import type { Tx } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { HostPrincipal } from '../principal.ts';
import { effectiveTrust } from '../trust/effective.ts';
import type { LandmarkInForce } from '../trust/landmarks.ts';
import { onSiteOf } from './area.ts';
import { type AttestedSession, readAttestedSession } from './session.ts';
import { standingsNow } from './standings.ts';
import { readPlaceSubject } from './subject.ts';

/** Names the rules of drawing, measuring and judging in permits and verdicts. */
export const LOCATION_POLICY = 'location-1';
/** The near landmarks are to leave f + 1 honest control groups even if f lie. */
const TOLERANCE = 2;
export const ROUNDS = 30;
export const BURSTS = 3;
const [SEED_BYTES, JTI_BYTES] = [32, 16];

/** A permit as the store keeps it, with the version of the landmark that it was issued for. */
export type StoredPermit = {
  readonly landmarkId: string;
  readonly landmarkDigest: string;
  readonly jti: string;
  readonly permit: string;
};

export type IssuedPermits = { readonly answer: Omit<PermitsAnswer, 'receipt'>; readonly leafIndex: number };

/**
 * Lets a host be measured, once, by landmarks that are drawn now: nobody knows before by whom. The permits name the keys that
 * the session's evidence vouched for, and live a minute.
 *
 * A session has one set of permits. Asked for again while they live, the same are answered: whoever lost the answer may have
 * it, and no landmark honours a permit twice.
 *
 * @throws RequestError `not_found`, `host_suspended`, `evidence_not_accepted`, `session_superseded`, `session_expired` where the
 *   session has lapsed, `permits_expired` for a second set, `dpop_replayed`
 */
export async function issuePermits(
  context: Context,
  host: HostPrincipal,
  sessionId: string,
): Promise<IssuedPermits> {
  return context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, host.proof);
    const session = await readAttestedSession(tx, host, sessionId);
    const issued = await tx.first(permitsOfSession, { sessionId });
    if (issued !== undefined) return repeat(issued, session, at);
    if (at.getTime() >= session.expiresAtMs) {
      const expired = formatInstant(new Date(session.expiresAtMs));
      throw new RequestError('session_expired', `the session expired at ${expired}: attest anew`);
    }
    return issue(context, tx, { host, sessionId, session, at });
  });
}

function repeat(issued: ProbePermitsTable, session: AttestedSession, at: Date): IssuedPermits {
  if (issued.subject === session.subject && at.getTime() < issued.expires_at_ms) return answered(issued);
  const expired = formatInstant(new Date(issued.expires_at_ms));
  throw new RequestError('permits_expired', `this session's permits expired at ${expired}: attest anew`, {
    path: 'path.sessionId',
    expected: 'a session without permits',
  });
}

type Asking = {
  readonly host: HostPrincipal;
  readonly sessionId: string;
  readonly session: AttestedSession;
  readonly at: Date;
};

async function issue(
  context: Context,
  tx: Tx,
  { host, sessionId, session, at }: Asking,
): Promise<IssuedPermits> {
  const { hostId, tenant } = host;
  const expiresAt = new Date(at.getTime() + MAX_PERMIT_LIFETIME_MS);
  const drawn = await draw(context, tx, session.facilityId, at);
  const { signingKey, exchangeKey } = readPlaceSubject(session.subject);
  const key = context.keys.permit.signing(at).privateKey;
  const permits = drawn.map((landmark): StoredPermit => {
    const permit: Permit = {
      issuer: context.config.publicUrl,
      jti: toBase64Url(context.random(JTI_BYTES)),
      sessionId,
      hostId,
      hostKey: fromBase64Url(signingKey, 'signingKey'),
      exchangeKey: fromBase64Url(exchangeKey, 'exchangeKey'),
      facilityId: session.facilityId,
      landmarkId: landmark.landmark.id,
      landmarkKey: landmark.key,
      addresses: landmark.addresses,
      rounds: ROUNDS,
      bursts: BURSTS,
      issuedAt: at,
      expiresAt,
      policyVersion: LOCATION_POLICY,
    };
    const { landmarkId, jti } = permit;
    const bytes = toBase64Url(signPermit(permit, key));
    return { landmarkId, landmarkDigest: landmark.digest, jti, permit: bytes };
  });
  // Landmarks near a facility tell where it is: the leaf holds a digest of the permits, which hold what nobody can guess.
  const body = {
    sessionId,
    hostId,
    landmarks: permits.length,
    permitsSha256: contentDigest(
      'probe-permits',
      permits.map(({ permit }) => permit),
    ),
    expiresAt: formatInstant(expiresAt),
    policy: LOCATION_POLICY,
  };
  const row: ProbePermitsTable = {
    session_id: sessionId,
    host_id: hostId,
    subject: session.subject,
    permits: JSON.stringify(permits),
    issued_at_ms: at.getTime(),
    expires_at_ms: expiresAt.getTime(),
    leaf_index: await recordAct(tx, context, { type: 'permits.issued', at, tenant, body }),
  };
  await tx.run(insertPermits, row);
  return answered(row);
}

async function draw(context: Context, tx: Tx, facilityId: string, at: Date): Promise<LandmarkInForce[]> {
  const trust = await effectiveTrust(context, tx);
  const facility = await tx.first(facilityById, { id: facilityId });
  if (facility === undefined) throw new RequestError('not_found', 'the host stands at no facility');
  const outline = area.parse(JSON.parse(facility.area));
  const standings = [...(await standingsNow(context, tx, trust, at)).values()];
  const seed = context.random(SEED_BYTES);
  const onSite = onSiteOf(standings, areaOfOutline(outline, facility.name));
  const near = middleOf(outline);
  const drawn = drawLandmarks({ standings, near, onSite, tolerance: TOLERANCE, seed });
  const ids = new Set(drawn.map(({ landmark }) => landmark.id));
  return trust.landmarks.filter(({ landmark }) => ids.has(landmark.id));
}

export function readPermits({ permits }: Pick<ProbePermitsTable, 'permits'>): readonly StoredPermit[] {
  return JSON.parse(permits) as readonly StoredPermit[]; // what `issue` wrote
}

function answered(row: ProbePermitsTable): IssuedPermits {
  const permits = readPermits(row).map(({ landmarkId, permit }) => ({ landmarkId, permit }));
  const expiresAt = formatInstant(new Date(row.expires_at_ms));
  return { answer: { sessionId: row.session_id, expiresAt, permits }, leafIndex: row.leaf_index };
}
