import { earClaims } from '../../appraisal/ear.ts';
import { assess } from '../../appraisal/levels.ts';
import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { signingKeySpki } from '../../evidence/bundle/jws.ts';
import type { Appraisal, AppraisedDevice } from '../../protocol/appraisal.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { Disclosure, JudgedReceipt, LocationAnswer } from '../../protocol/location.ts';
import { VERIFIER } from '../build.ts';
import type { Context } from '../context.ts';
import { POLICY_IDS } from '../evidence/judge.ts';
import { signResult } from '../evidence/sign-result.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { LOCATION_POLICY } from './permits.ts';
import type { AttestedSession } from './session.ts';
import type { Solved } from './solve.ts';
import { readPlaceSubject } from './subject.ts';
import { weaknessesOf } from './weaknesses.ts';

export type ResultInput = {
  readonly hostId: string;
  readonly sessionId: string;
  readonly session: AttestedSession;
  readonly solved: Solved;
  readonly receipts: readonly JudgedReceipt[];
  readonly trust: EffectiveTrust;
  /** Of its facility, as far as it counts. */
  readonly audit: Facts['audit'];
  readonly disclosure: Disclosure;
  readonly at: Date;
};

/** The whole answer, as auditors read it: what others are told of it is decided when they are told. */
export type WholeAnswer = Omit<LocationAnswer, 'receipt' | 'verdict' | 'receipts'> & {
  readonly verdict: Solved['verdict'];
  readonly receipts: readonly JudgedReceipt[];
};

/** Appraises the devices anew with their place and audit, and signs the result anew with what latency proved. */
export async function resultOf(context: Context, input: ResultInput): Promise<WholeAnswer> {
  const { session, solved, disclosure, at, hostId, sessionId } = input;
  const { verdict, place } = solved;
  const { audit } = input;
  const devices = session.appraisal.devices.map((device): AppraisedDevice => {
    const { keyCustody } = device.facts.place;
    const facts = { ...device.facts, place: { ...place.fact, keyCustody }, audit };
    return { ...device, facts, ...assess(facts) };
  });
  const weaknesses = weaknessesOf(verdict, devices);
  const expiresAt = new Date(place.expiresAtMs);
  const appraisal: Appraisal = {
    ...session.appraisal,
    devices,
    weaknesses: [...session.appraisal.weaknesses, ...weaknesses],
    trustInputs: [...input.trust.digests],
    selfApproved: input.trust.selfApproved,
  };
  const { validUntil } = session.appraisal;
  const ends =
    validUntil === null ? expiresAt : new Date(Math.min(expiresAt.getTime(), Date.parse(validUntil)));
  const claims = earClaims({
    appraisal,
    issuedAt: at,
    expiresAt: ends,
    issuer: context.config.publicUrl,
    verifier: VERIFIER,
    hostId,
    nonce: toBase64Url(session.nonce),
    policyIds: [POLICY_IDS[session.kind], `tag:sextant,2026:policy/${LOCATION_POLICY}`],
    attestedKey: signingKeySpki(readPlaceSubject(session.subject).signingKey),
    location: {
      verdict: verdict.verdict,
      grade: verdict.grade,
      f: verdict.f,
      area: verdict.area,
      radius: disclosure === 'full' ? verdict.radiusMeters : null,
      anchors: verdict.landmarks.length,
      measuredAt: formatInstant(at),
    },
  });
  return {
    sessionId,
    hostId,
    disclosure,
    verdict,
    receipts: input.receipts,
    devices,
    weaknesses,
    at: formatInstant(at),
    expiresAt: formatInstant(expiresAt),
    ear: await signResult(context, claims, at),
  };
}
