import { hash } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '../../bytes/text.ts';
import type { Item } from '../../evidence/bundle/cmw.ts';
import { needOfItem } from '../../evidence/bundle/collateral-needs.ts';
import { TEE_MEDIA_TYPES } from '../../evidence/bundle/labels.ts';
import type { TeeProof } from '../../evidence/bundle/tee.ts';
import { insertEvidence } from '../../store/attestation/appraisals.ts';
import { consumeToken, tokenById } from '../../store/attestation/enrolment-tokens.ts';
import { concludeEnrolment, enrolmentById } from '../../store/attestation/enrolments.ts';
import type { EnrolmentTable } from '../../store/attestation/tables.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import { gatherCollateral, needsContext } from '../collateral/gather.ts';
import type { Context } from '../context.ts';
import { spendProof } from '../dpop/replay.ts';
import { AvailabilityError, RequestError } from '../errors.ts';
import { noteVendorOutage } from '../outage/vendor.ts';
import type { ProvenKey } from '../principal.ts';
import { type EffectiveTrust, effectiveTrust, trustEpochNow } from '../trust/effective.ts';
import { failedOf, findingsText } from './attempt.ts';
import { type Enrolled, enrolHost, enrolledBefore } from './enrol-host.ts';
import { requireFacility } from './facility.ts';
import { examineGuest, type GuestExamination, guestIdentity, platformOf } from './guest.ts';
import { requireOpen } from './open.ts';
import { refusalOf } from './refusal.ts';
import type { Claim } from './tokens.ts';

export type GuestEvidence = {
  readonly enrolmentId: string;
  readonly mediaType: string;
  /** As received: the item, base64url. */
  readonly value: string;
};

/** How often trust may change under the evidence before the host is asked to come back. */
const MAX_ROUNDS = 3;

/**
 * Completes an enrolment by a confidential guest: its report says that the host key was known in it, and this challenge. The
 * challenge is for one submission, whatever becomes of it; evidence for which a vendor's documents cannot be had just now
 * is not judged and consumes nothing. The host is made in one unit of work with the token's consumption.
 *
 * The same evidence by the same key again gets the same answer.
 *
 * @throws RequestError `enrolment_refused` with every failed check, `not_found`, `enrolment_expired`, `activation_refused`,
 *   `enrolment_token_invalid`, `host_key_taken`, `conflict`, `collateral_unavailable`, `dpop_replayed`
 * @throws AvailabilityError `overloaded` where the ground kept moving
 */
export async function proveGuest(
  context: Context,
  caller: ProvenKey,
  { enrolmentId, mediaType, value }: GuestEvidence,
): Promise<Enrolled> {
  const item = { label: 'tee', mediaType, value: fromBase64Url(value, 'body.value') };
  if (!TEE_MEDIA_TYPES.includes(mediaType)) {
    throw new RequestError('invalid_request', 'no guest enrols by this kind of evidence', {
      path: 'body.mediaType',
      expected: TEE_MEDIA_TYPES.join(', '),
      actual: mediaType,
    });
  }
  const digest = hash('sha256', item.value, 'hex');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const at = context.clock();
    const { enrolment, trust } = await readEnrolment(context, caller, enrolmentId);
    if (enrolment.outcome === 'completed' && enrolment.proof_hash === digest) {
      return repeat(context, caller, enrolment);
    }
    requireOpen(enrolment, at);
    const examined = await examine(context, caller, { enrolment, item, trust, at }).catch((error: unknown) =>
      noteVendorOutage(context, enrolment.facility_id, error),
    );
    const outcome = await context.store.write(async (tx): Promise<Outcome> => {
      if ((await trustEpochNow(tx)) !== trust.epoch) return 'moved';
      await spendProof(tx, caller.proof);
      const current = await tx.first(enrolmentById, { id: enrolmentId });
      if (current === undefined) throw new RequestError('not_found', 'this key began no such enrolment');
      requireOpen(current, at);
      await tx.run(insertEvidence, { digest, mediaType, content: item.value, receivedAtMs: at.getTime() });
      if (examined.proof === null)
        return { refused: await refuse(context, tx, current, { examined, digest, at }) };
      return {
        enrolled: await complete(context, tx, current, { examined, proof: examined.proof, digest, at }),
      };
    });
    if (outcome === 'moved') continue;
    if ('refused' in outcome) throw outcome.refused;
    return outcome.enrolled;
  }
  throw new AvailabilityError('overloaded', 'what the evidence is judged by kept changing: submit it again');
}

/** A refusal is committed before anybody hears of it. */
type Outcome = 'moved' | { readonly enrolled: Enrolled } | { readonly refused: RequestError };

async function readEnrolment(
  context: Context,
  { jkt }: ProvenKey,
  id: string,
): Promise<{ readonly enrolment: EnrolmentTable; readonly trust: EffectiveTrust }> {
  return context.store.read(async (view) => {
    const enrolment = await view.first(enrolmentById, { id });
    // Another key's enrolment, and one that never was, look the same from outside.
    if (enrolment?.jkt !== jkt) throw new RequestError('not_found', 'this key began no such enrolment');
    if (enrolment.kind !== 'tee') {
      throw new RequestError('conflict', 'this enrolment is a TPM’s: activate its credential instead');
    }
    return { enrolment, trust: await effectiveTrust(context, view) };
  });
}

async function repeat(context: Context, caller: ProvenKey, enrolment: EnrolmentTable): Promise<Enrolled> {
  return context.store.write(async (tx) => {
    await spendProof(tx, caller.proof);
    return enrolledBefore(tx, enrolment, caller.jkt);
  });
}

type Submitted = {
  readonly enrolment: EnrolmentTable;
  readonly item: Item;
  readonly trust: EffectiveTrust;
  readonly at: Date;
};

async function examine(
  context: Context,
  { jkt }: ProvenKey,
  { enrolment, item, trust, at }: Submitted,
): Promise<GuestExamination> {
  const { id: enrolmentId, tenant, token_id: tokenId, challenge } = enrolment;
  const need = needOfItem(item, needsContext(trust, at));
  const asker = { id: tokenId, tenant };
  const gathered = await gatherCollateral(
    context,
    trust,
    { tee: need === null ? [] : [need], devices: [] },
    asker,
  );
  const { publicUrl: aud } = context.config;
  const binding = { aud, tenant, enrolmentId, challenge: toBase64Url(challenge ?? new Uint8Array(0)), jkt };
  return examineGuest(item, binding, gathered, at);
}

type Examined = { readonly examined: GuestExamination; readonly digest: string; readonly at: Date };

async function refuse(
  context: Context,
  tx: Tx,
  { id, tenant, token_id: tokenId, facility_id: facilityId, jkt }: EnrolmentTable,
  { examined: { findings }, digest, at }: Examined,
): Promise<RequestError> {
  const end = { id, outcome: 'refused', hostId: null, evidenceDigest: digest } as const;
  await tx.run(concludeEnrolment, { ...end, findings: findingsText(findings) });
  const failed = failedOf(findings);
  const body = { enrolmentId: id, tokenId, facilityId, jkt, kind: 'tee', failed, evidenceSha256: digest };
  await recordAct(tx, context, { type: 'enrolment.refused', at, tenant, body });
  return refusalOf('guest', findings);
}

async function complete(
  context: Context,
  tx: Tx,
  enrolment: EnrolmentTable,
  { examined, proof, digest, at }: Examined & { readonly proof: TeeProof },
): Promise<Enrolled> {
  const { id, tenant, token_id: tokenId, facility_id: facilityId, jkt } = enrolment;
  await requireFacility(tx, tenant, facilityId, at);
  const token = await tx.first(tokenById, { id: tokenId });
  const platform = platformOf(proof);
  const enrolled = await enrolHost(context, tx, {
    tenant,
    facilityId,
    jkt,
    hostKey: enrolment.host_key,
    hostname: enrolment.hostname,
    identity: guestIdentity(jkt),
    by: { kind: 'tee', tee: proof.kind, platform: JSON.stringify(platform) },
    claims: JSON.parse(token?.claims ?? '[]') as readonly Claim[], // what `mintEnrolmentToken` wrote
    at,
  });
  const { hostId, devices } = enrolled;
  // The last word on a token that two hosts began with: one consumes it, the other is undone whole.
  if ((await tx.run(consumeToken, { id: tokenId, hostId, nowMs: at.getTime() })) !== 1) {
    throw new RequestError('enrolment_token_invalid', 'the token was consumed or revoked meanwhile');
  }
  const end = { id, outcome: 'completed', hostId, evidenceDigest: digest } as const;
  await tx.run(concludeEnrolment, { ...end, findings: findingsText(examined.findings) });
  const body = {
    hostId,
    enrolmentId: id,
    facilityId,
    again: false,
    tee: proof.kind,
    platform,
    evidenceSha256: digest,
    jkt,
    devices: devices.map((device) => ({ ...device })),
  };
  const leafIndex = await recordAct(tx, context, { type: 'host.enrolled', at, tenant, body });
  return { ...enrolled, leafIndex };
}
