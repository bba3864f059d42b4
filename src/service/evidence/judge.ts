import { historyOf } from '../../appraisal/boot/history.ts';
import { storeBoot, tpmStateOf } from '../../appraisal/boot/stored.ts';
import { earClaims } from '../../appraisal/ear.ts';
import { teeStateOf } from '../../appraisal/tee-state.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { collateralNeeds } from '../../evidence/bundle/collateral-needs.ts';
import type { HostEvidence } from '../../evidence/bundle/host-evidence.ts';
import { signingKeySpki } from '../../evidence/bundle/jws.ts';
import { type NvidiaNeed, nvidiaNeeds } from '../../evidence/bundle/nvidia-needs.ts';
import { toPcrMap } from '../../evidence/tpm/index.ts';
import type { Verified } from '../../evidence/verified.ts';
import type { Appraisal } from '../../protocol/appraisal.ts';
import type { TeeKind } from '../../protocol/tee.ts';
import { VERIFIER } from '../build.ts';
import { type JudgedChips, opensContest, shownChips } from '../chips/shown.ts';
import { type AskedHost, type ChipCounts, standingFor } from '../chips/standing.ts';
import { type GatheredTrust, gatherCollateral, needsContext, trustsAnyTee } from '../collateral/gather.ts';
import type { Context } from '../context.ts';
import { placeSubjectText } from '../location/subject.ts';
import type { HostPrincipal } from '../principal.ts';
import { freshUntil, nextAttestation } from '../session/pace.ts';
import { teeAnchorNames } from '../trust/anchors-in-force.ts';
import { anchorsFor, type EffectiveTrust } from '../trust/effective.ts';
import { appraise } from './appraise.ts';
import { footingOf, type Ground } from './footing.ts';
import { type KeptInputs, keepInputs } from './inputs.ts';
import { signResult } from './sign-result.ts';

/** A session and the host that it was issued to, as the store keeps them. */
export type OpenSession = ChipCounts & {
  readonly nonce: Uint8Array;
  readonly issued_at_ms: number;
  readonly expires_at_ms: number;
  readonly kind: 'tpm' | 'tee';
  readonly tee: TeeKind | null;
  readonly ak_name: Uint8Array | null;
  readonly ak_public: Uint8Array | null;
  readonly ek_anchor: string | null;
  readonly ek_name: Uint8Array | null;
  readonly ek_valid_until_ms: number | null;
  readonly facility_id: string;
  readonly device_id: string;
  readonly failures: number;
  /** See store/attestation/tables.ts. */
  readonly boot_history: string | null;
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
  /** What it measures, as the store keeps it; null where the submission was not authentic. */
  readonly measured: StoredMeasurements | null;
  readonly chips: JudgedChips;
  /** What a verdict on its place would be of (location/subject.ts); null where the submission was refused. */
  readonly placeSubject: string | null;
  /** What it was judged by, to be kept. */
  readonly inputs: KeptInputs;
  /** Whether a vendor did not answer about its devices, which are judged without. */
  readonly isVendorOutage: boolean;
};

/** The columns of a host's state of the same names, but for `tee`, which is its `tee_state`. */
export type StoredMeasurements = {
  readonly pcrs: string | null;
  readonly firmwareVersion: string | null;
  readonly tee: string | null;
  readonly vtpmPcrs: string | null;
  readonly bootState: string | null;
  readonly bootHistory: string | null;
  readonly teeAnchors: string | null;
};

/** Names the rules of evidence/bundle and appraisal in results. */
export const POLICY_IDS = {
  tpm: 'tag:sextant,2026:policy/host-tpm#1',
  tee: 'tag:sextant,2026:policy/host-tee#1',
  chip: 'tag:sextant,2026:policy/nvidia-device#1',
} as const;

/**
 * Verifies and appraises one submission and signs the result, with what vendors publish about it. Reads nothing of the
 * store and writes nothing: the unit of work that follows makes sure that what this was judged by still holds, and only
 * then does any of it count.
 *
 * @throws RequestError `collateral_unavailable`, `too_early`, AvailabilityError `overloaded`, `verification_unavailable`:
 *   nothing was judged, and nothing is consumed
 */
export async function judge(
  context: Context,
  submission: Submission,
  trust: EffectiveTrust,
): Promise<Judgement> {
  const { session, body, at } = submission;
  const nonce = toBase64Url(session.nonce);
  // A JWS is ASCII (RFC 7515, 3.1): other bytes become characters that no base64url has.
  const jws = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const chipNeeds = nvidiaNeeds(jws, { deviceAnchors: anchorsFor(trust, 'nvidia-device-root'), at });
  const gathered = await gatherFor(context, submission, { jws, trust, devices: chipNeeds });
  const named = chipNeeds.map(({ identity }) => identity);
  const standing = await standingFor(context, claimantOf(submission), session, { chips: named, trust });
  const footing = footingOf(context, submission, { jws, nonce, trust, gathered, standing });
  const { verified, appraisal } = await appraise(context.bundles, footing);
  const failures = appraisal.outcome === 'accepted' ? 0 : session.failures + 1;
  const { attestationIntervalMs } = context.config;
  const shown =
    appraisal.outcome === 'accepted' ? shownChips(submission.host.hostId, appraisal, trust, verified) : [];
  const nextAttestationAfter = opensContest(shown, standing)
    ? at
    : nextAttestation(at, failures, gathered.isOutage ? soon(attestationIntervalMs) : attestationIntervalMs);
  const claims = earClaims({
    appraisal,
    issuedAt: at,
    expiresAt: reliableUntil(session, appraisal, context.config),
    issuer: context.config.publicUrl,
    verifier: VERIFIER,
    hostId: submission.host.hostId,
    nonce,
    policyIds: [
      POLICY_IDS[session.kind],
      ...(appraisal.devices.some(({ chip }) => chip !== undefined) ? [POLICY_IDS.chip] : []),
    ],
    ...(verified === null ? {} : { attestedKey: signingKeySpki(verified.binding.signingKey.x) }),
  });
  return {
    appraisal,
    ear: await signResult(context, claims, at),
    nextAttestationAfter,
    failures,
    measured: verified === null ? null : storedMeasurements(verified, trust, { appraisal, session }),
    chips: { shown, named, standing },
    placeSubject:
      verified === null || appraisal.outcome === 'refused' ? null : placeSubjectText(verified, appraisal),
    inputs: keepInputs(footing),
    isVendorOutage: gathered.isOutage,
  };
}

export function claimantOf({ host, session, at }: Submission): AskedHost {
  const { hostId } = host;
  return { hostId, facilityId: session.facility_id, nonceIssuedAt: new Date(session.issued_at_ms), at };
}

/** What vendors publish about a submission's TEE and devices; nothing is looked for where none could verify. */
async function gatherFor(
  context: Context,
  { host, session, at }: Submission,
  { jws, trust, devices }: Pick<Ground, 'jws' | 'trust'> & { readonly devices: readonly NvidiaNeed[] },
): Promise<GatheredTrust> {
  const needing = needsContext(trust, at);
  const needs = session.kind === 'tee' || trustsAnyTee(needing) ? collateralNeeds(jws, needing) : [];
  return gatherCollateral(context, trust, { tee: needs, devices }, { id: host.hostId, tenant: host.tenant });
}

/** What NVIDIA did not answer leaves GPUs unproven until the next attestation: that is then not an hour away. */
function soon(intervalMs: number): number {
  return Math.min(intervalMs, 60_000);
}

function storedMeasurements(
  { tpm, tee, vtpm }: Verified<HostEvidence>,
  trust: EffectiveTrust,
  { appraisal, session }: { readonly appraisal: Appraisal; readonly session: OpenSession },
): StoredMeasurements {
  const history = tpm?.bootLog && isMatch(appraisal) ? historyOf(tpm.bootLog) : null;
  return {
    pcrs: tpm === null ? null : JSON.stringify(toPcrMap(tpm.quote.pcrs)),
    firmwareVersion: tpm === null ? null : tpm.firmwareVersion.toString(16).padStart(16, '0'),
    tee: tee === null ? null : JSON.stringify(teeStateOf(tee)),
    vtpmPcrs: vtpm === null ? null : JSON.stringify(toPcrMap(vtpm.pcrs)),
    bootState: tpm === null ? null : storeBoot(tpmStateOf(tpm), trust.referenceSets),
    // One that does not match is explained by the last that did, for as long as it takes.
    bootHistory: history === null ? session.boot_history : JSON.stringify(history),
    teeAnchors: tee === null ? null : JSON.stringify(teeAnchorNames(trust, tee, vtpm !== null)),
  };
}

function isMatch({ outcome, referenceSets }: Appraisal): boolean {
  return outcome === 'accepted' && referenceSets.matched.length > 0;
}

/** Age counts from the nonce, not from the appraisal; and no result outlives what it rests on, of host or devices. */
function reliableUntil(
  session: OpenSession,
  { validUntil, devices }: Appraisal,
  config: Context['config'],
): Date {
  const fresh = freshUntil(new Date(session.issued_at_ms), config);
  const ends = [validUntil, ...devices.map(({ chip }) => chip?.validUntil)].flatMap((end) => end ?? []);
  return new Date(Math.min(fresh.getTime(), ...ends.map((end) => Date.parse(end))));
}
