import { timingSafeEqual } from 'node:crypto';
import { fromBase64Url, fromHex, toHex } from '../../bytes/text.ts';
import { consumeToken, tokenById } from '../../store/attestation/enrolment-tokens.ts';
import {
  completeEnrolment,
  enrolmentById,
  takeActivationAttempt,
} from '../../store/attestation/enrolments.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { RequestError } from '../errors.ts';
import type { ProvenKey } from '../principal.ts';
import { hashProof, type StoredIdentity } from './begin.ts';
import { type Enrolled, enrolHost, enrolledBefore } from './enrol-host.ts';
import { requireFacility } from './facility.ts';
import { requireOpen } from './open.ts';
import { keepPlatform } from './platform.ts';
import type { Claim } from './tokens.ts';

export type Activation = {
  readonly enrolmentId: string;
  /** As received: base64url of an HMAC-SHA-256. */
  readonly proof: string;
};

/** What the unit of work came to: a refusal is committed with its attempt before anybody hears of it. */
type Outcome = { readonly enrolled: Enrolled } | { readonly refused: RequestError };

/**
 * Completes an enrolment: whoever proves to have opened the secret holds, in one TPM, the endorsement key and the
 * attestation key. The host is made, or made anew where the endorsement key is known, in one unit of work with the
 * token's consumption: of two activations that race, one enrols.
 *
 * The same proof by the same key again gets the same answer, so that a lost answer costs nothing.
 *
 * @throws RequestError `not_found`, `enrolment_expired`, `activation_refused`, `enrolment_token_invalid`,
 *   `host_key_taken`, `conflict`, `dpop_replayed`
 */
export async function activateEnrolment(
  context: Context,
  caller: ProvenKey,
  { enrolmentId, proof }: Activation,
): Promise<Enrolled> {
  const at = context.clock();
  const proofHash = hashProof(fromBase64Url(proof, 'body.proof'));
  const outcome = await context.store.write(async (tx): Promise<Outcome> => {
    await spendProof(tx, caller.proof);
    const enrolment = await tx.first(enrolmentById, { id: enrolmentId });
    // Another key's enrolment, and one that never was, look the same from outside.
    if (enrolment?.jkt !== caller.jkt)
      throw new RequestError('not_found', 'this key began no such enrolment');
    if (enrolment.kind !== 'tpm') {
      throw new RequestError('conflict', 'this enrolment is a guest’s: send its evidence instead');
    }
    const right = sameHash(proofHash, enrolment.proof_hash);
    if (enrolment.outcome === 'completed' && right) {
      return { enrolled: await enrolledBefore(tx, enrolment, caller.jkt) };
    }
    requireOpen(enrolment, at);
    if (!right) return { refused: await refuse(context, tx, enrolment, at) };
    return { enrolled: await complete(context, tx, enrolment, at) };
  });
  if ('refused' in outcome) throw outcome.refused;
  return outcome.enrolled;
}

function sameHash(actual: string, expected: string | null): boolean {
  if (expected === null) return false;
  return timingSafeEqual(fromHex(actual, 'proof'), fromHex(expected, 'proof'));
}

async function refuse(
  context: Context,
  tx: Tx,
  { id, tenant, token_id, attempts_left }: EnrolmentTable,
  at: Date,
): Promise<RequestError> {
  await tx.run(takeActivationAttempt, { id });
  const body = { enrolmentId: id, tokenId: token_id };
  await recordAct(tx, context, { type: 'enrolment.activation-refused', at, tenant, body });
  return new RequestError('activation_refused', 'the proof does not show the activated secret', {
    path: 'body.proof',
    expected: "HMAC-SHA-256 under the secret that this host's TPM releases",
    actual: `another value; ${attempts_left - 1} attempts left`,
  });
}

async function complete(context: Context, tx: Tx, enrolment: EnrolmentTable, at: Date): Promise<Enrolled> {
  const token = await tx.first(tokenById, { id: enrolment.token_id });
  const { tenant, facility_id: facilityId } = enrolment;
  await requireFacility(tx, tenant, facilityId, at);
  const identity = JSON.parse(enrolment.tpm ?? 'null') as StoredIdentity; // what `keepAttempt` wrote
  const claims = JSON.parse(token?.claims ?? '[]') as readonly Claim[]; // what `mintEnrolmentToken` wrote
  const enrolled = await enrolHost(context, tx, {
    tenant,
    facilityId,
    jkt: enrolment.jkt,
    hostKey: enrolment.host_key,
    hostname: enrolment.hostname,
    identity: identity.ekDigest,
    by: {
      kind: 'tpm',
      ekAnchor: identity.ekAnchor,
      ekName: fromBase64Url(identity.ekName, 'ekName'),
      ekValidUntilMs: identity.ekValidUntilMs,
      ekCertificate: fromBase64Url(identity.ekCertificate, 'ekCertificate'),
      akName: fromBase64Url(identity.akName, 'akName'),
      akPublic: fromBase64Url(identity.akPublic, 'akPublic'),
    },
    claims,
    at,
  });
  const { hostId } = enrolled;
  const nowMs = at.getTime();
  // The last word on a token that two hosts began with: one activation consumes it, the other is undone whole.
  if ((await tx.run(consumeToken, { id: enrolment.token_id, hostId, nowMs })) !== 1) {
    throw new RequestError('enrolment_token_invalid', 'the token was consumed or revoked meanwhile');
  }
  await tx.run(completeEnrolment, { id: enrolment.id, hostId });
  const { ekDigest } = identity;
  const platform = await keepPlatform(context, tx, identity.platform, { tenant, hostId, ekDigest, at });
  const body = {
    hostId,
    enrolmentId: enrolment.id,
    facilityId,
    again: enrolled.again,
    ekSha256: identity.ekDigest,
    ekAnchorSha256: identity.ekAnchor,
    akName: toHex(fromBase64Url(identity.akName, 'akName')),
    jkt: enrolment.jkt,
    platform,
    devices: enrolled.devices.map((device) => ({ ...device })),
  };
  const leafIndex = await recordAct(tx, context, { type: 'host.enrolled', at, tenant, body });
  return { ...enrolled, leafIndex };
}
