import { createPublicKey } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import {
  keyIdOf,
  MAX_PERMIT_LIFETIME_MS,
  type Permit,
  type PermitKey,
  parseReceipt,
  signPermit,
  verifyPermit,
  verifyReceipt,
} from '../../location/probe/index.ts';
import type { MeshAnswer, MeshPermitsAnswer, MeshPermitsRequest, MeshRequest } from '../../protocol/mesh.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { ProvenKey } from '../principal.ts';
import { type EffectiveTrust, effectiveTrust } from '../trust/effective.ts';
import type { LandmarkInForce } from '../trust/landmarks.ts';
import { keepPairs, type NewPair } from './mesh-pairs.ts';
import { BURSTS, LOCATION_POLICY, ROUNDS } from './permits.ts';
import { CLOCK_SKEW_MS, RECEIPT_GRACE_MS } from './receipts.ts';

/** In the place of a session: no session of a host is called so. */
const MESH_SESSION = 'mesh';
/** Of the landmarks there are: the others have their turn the next time. */
const MAX_PEERS = 16;
const JTI_BYTES = 16;

/**
 * Lets a landmark be measured by others, as a host is. Its proof of possession stands for the evidence of a host: what is
 * located is its key.
 *
 * @throws RequestError `not_found` for no landmark in force, `forbidden` for another's key, `dpop_replayed`
 */
export async function issueMeshPermits(
  context: Context,
  by: ProvenKey,
  landmarkId: string,
  { exchangeKey }: MeshPermitsRequest,
): Promise<MeshPermitsAnswer> {
  return context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, by.proof);
    const trust = await effectiveTrust(context, tx);
    const self = requireSelf(trust, by, landmarkId);
    const expiresAt = new Date(at.getTime() + MAX_PERMIT_LIFETIME_MS);
    const key = context.keys.permit.signing(at).privateKey;
    const permits = peersOf(context, trust, landmarkId).map((peer) => {
      const permit: Permit = {
        issuer: context.config.publicUrl,
        jti: toBase64Url(context.random(JTI_BYTES)),
        sessionId: MESH_SESSION,
        hostId: landmarkId,
        hostKey: self.key,
        exchangeKey: fromBase64Url(exchangeKey, 'body.exchangeKey'),
        facilityId: null,
        landmarkId: peer.landmark.id,
        landmarkKey: peer.key,
        addresses: peer.addresses,
        rounds: ROUNDS,
        bursts: BURSTS,
        issuedAt: at,
        expiresAt,
        policyVersion: LOCATION_POLICY,
      };
      return { landmarkId: peer.landmark.id, permit: toBase64Url(signPermit(permit, key)) };
    });
    return { expiresAt: formatInstant(expiresAt), permits };
  });
}

/** Others, in an order that nobody can foresee. */
function peersOf(
  { random }: Context,
  { landmarks }: EffectiveTrust,
  landmarkId: string,
): readonly LandmarkInForce[] {
  return landmarks
    .filter(({ landmark }) => landmark.id !== landmarkId)
    .map((peer) => ({ peer, rank: toBase64Url(random(8)) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, MAX_PEERS)
    .map(({ peer }) => peer);
}

/**
 * Takes what others measured of a landmark. Whatever contradicts physics sets landmarks aside at once, and everything that
 * leaned on them is judged again.
 *
 * A receipt that does not hold is named with what failed, and takes nothing from the others: no faulty landmark keeps others from
 * being measured.
 *
 * @throws RequestError `not_found`, `forbidden`, `dpop_replayed`
 */
export async function submitMesh(
  context: Context,
  by: ProvenKey,
  landmarkId: string,
  { measured }: MeshRequest,
): Promise<MeshAnswer> {
  return context.store.write(async (tx) => {
    const at = context.clock();
    await spendProof(tx, by.proof);
    const trust = await effectiveTrust(context, tx);
    const self = requireSelf(trust, by, landmarkId);
    const judged = measured.map((one) => judgeOne(context, { ...one, trust, self, at }));
    const pairs = judged.flatMap((each) => ('failed' in each ? [] : [each]));
    await keepPairs(context, tx, pairs, at);
    return { counted: pairs.length, refused: judged.filter((each) => 'failed' in each) };
  });
}

type One = {
  readonly trust: EffectiveTrust;
  readonly self: LandmarkInForce;
  readonly permit: string;
  readonly receipt: string;
  readonly at: Date;
};

function judgeOne(context: Context, one: One): NewPair | MeshAnswer['refused'][number] {
  try {
    return pairOf(context, one);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { landmarkId: null, failed: ['receipt.well-formed'] };
  }
}

/** @throws FormatError for what is no receipt */
function pairOf(
  context: Context,
  { trust, self, permit, receipt, at }: One,
): NewPair | MeshAnswer['refused'][number] {
  const bytes = fromBase64Url(receipt, 'receipt');
  const { landmarkId } = parseReceipt(bytes).content;
  const peer = trust.landmarks.find(({ landmark }) => landmark.id === landmarkId);
  if (peer === undefined) return { landmarkId, failed: ['receipt.landmark-in-force'] };
  // The permit is this verifier's own: it comes back with what it was for, so that nothing need be remembered of it.
  const issued = verifyPermit(fromBase64Url(permit, 'permit'), {
    keys: ownKeys(context, at),
    landmarkId,
    landmarkKey: peer.key,
    at,
    clockSkewMs: RECEIPT_GRACE_MS,
  });
  if (issued.permit === null || !isOf(issued.permit, self)) {
    return { landmarkId, failed: failedIn(issued.findings, 'receipt.permit') };
  }
  const { place, uncertaintyMeters } = peer.landmark;
  const { findings, bound } = verifyReceipt(bytes, {
    permit: issued.permit,
    landmark: { id: landmarkId, key: peer.key, controlGroup: landmarkId, place, uncertaintyMeters },
    at,
    graceMs: RECEIPT_GRACE_MS,
    clockSkewMs: CLOCK_SKEW_MS,
  });
  if (bound === null) return { landmarkId, failed: failedIn(findings, 'receipt.valid') };
  const { rttNs: minRttNanos, clockErrorPpm } = bound;
  return { from: peer, to: self, minRttNanos, clockErrorPpm, receipt: bytes, at };
}

/** For this landmark as it is registered now: where its former key was says nothing of where the present one is. */
function isOf({ sessionId, hostId, hostKey }: Permit, { landmark, key }: LandmarkInForce): boolean {
  return sessionId === MESH_SESSION && hostId === landmark.id && equalBytes(hostKey, key);
}

function ownKeys({ keys, config }: Context, at: Date): ReadonlyMap<string, PermitKey> {
  return new Map(
    keys.permit.published(at).map(({ kid, jwk }) => {
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      return [kid, { issuer: config.publicUrl, key }] as const;
    }),
  );
}

type Findings = { readonly checks: readonly { readonly id: string; readonly status: string }[] };

function failedIn({ checks }: Findings, otherwise: string): string[] {
  const failed = checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return failed.length > 0 ? failed : [otherwise];
}

/** @throws RequestError `not_found`, `forbidden` */
function requireSelf({ landmarks }: EffectiveTrust, { jkt }: ProvenKey, id: string): LandmarkInForce {
  const self = landmarks.find(({ landmark }) => landmark.id === id);
  if (self === undefined)
    throw new RequestError(
      'not_found',
      'no landmark of this name is in force here: have it proposed and approved',
    );
  const expected = toBase64Url(keyIdOf(self.key));
  if (jkt === expected) return self;
  throw new RequestError('forbidden', 'the proof is not by the key of this landmark', {
    path: 'dpop.jwk',
    expected,
    actual: jkt,
  });
}
