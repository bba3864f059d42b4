import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import type { Measurement } from '../bound.ts';
import type { Place } from '../wgs84.ts';
import { keyIdOf, publicKeyOf } from './keys.ts';
import type { Permit } from './permit.ts';
import { type ProbeReceipt, parseReceipt, RECEIPT_PURPOSE, wireDegrees } from './receipt.ts';
import { type Signed, signatureHolds } from './signed.ts';
import { transcriptSignatureHolds } from './transcript.ts';

/** A landmark as the trust input names it. */
export type TrustedLandmark = {
  readonly id: string;
  /** Ed25519, 32 bytes. */
  readonly key: Uint8Array;
  /** Operator, host company or site: landmarks of one group may lie together. */
  readonly controlGroup: string;
  readonly place: Place;
  /** Whole metres, at least 1. */
  readonly uncertaintyMeters: number;
};

export type ReceiptContext = {
  /** The permit, as the verifier issued and kept it. */
  readonly permit: Permit;
  readonly landmark: TrustedLandmark;
  /** When the receipt reached the verifier. */
  readonly at: Date;
  /** How long after its permit's end a receipt may come, milliseconds: it has to travel. */
  readonly graceMs: number;
  /** By how much verifier's and landmark's clocks may differ, milliseconds. */
  readonly clockSkewMs: number;
};

/** What a receipt that holds says of the place of the host's key; `measurementOf` and `boundOf` make a bound of it. */
export type ReceiptBound = {
  readonly landmarkId: string;
  readonly controlGroup: string;
  readonly place: Place;
  readonly uncertaintyMeters: number;
  /** The least of all valid rounds, whole nanoseconds. */
  readonly rttNs: number;
  readonly clockErrorPpm: number;
};

export type ReceiptResult = {
  readonly findings: Findings;
  /** Null only for bytes that are no receipt. */
  readonly receipt: ProbeReceipt | null;
  /** Null unless every check passed. */
  readonly bound: ReceiptBound | null;
};

/**
 * Whether a receipt is this landmark's, for this permit, host and session.
 *
 * Never throws for what a host brought. Unproven afterwards: that the landmark tells the truth about its times and stands
 * where it is registered (f and the mesh answer for that), and that a device stands where its host's key answered.
 *
 * @throws FormatError `bad_value` for a permit or landmark whose own keys are not keys
 */
export function verifyReceipt(bytes: Uint8Array, context: ReceiptContext): ReceiptResult {
  const checks = new CheckList();
  const parsed = readDocument(bytes, checks);
  if (parsed === null) return { findings: checks, receipt: null, bound: null };
  const receipt = parsed.content;
  checkSigned(parsed, context, checks);
  checkSubject(receipt, context, checks);
  checkPlace(receipt, context.landmark, checks);
  checkTimes(receipt, context, checks);
  checkRounds(receipt, context, checks);
  return { findings: checks, receipt, bound: checks.passed ? boundFrom(receipt, context.landmark) : null };
}

/** For `boundOf`, the same in the names of location/bound.ts. */
export function measurementOf({ rttNs, ...bound }: ReceiptBound): Measurement {
  return { ...bound, minRttNanos: rttNs };
}

function readDocument(bytes: Uint8Array, checks: CheckList): Signed<ProbeReceipt> | null {
  try {
    const parsed = parseReceipt(bytes);
    checks.expect('receipt.well-formed', true, 'a receipt', 'a receipt');
    return parsed;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect('receipt.well-formed', false, 'a receipt', error.code, error.path);
    return null;
  }
}

/** By the key of the trust input, which the permit pinned: whatever key the receipt names chooses nothing. */
function checkSigned(
  document: Signed<ProbeReceipt>,
  { permit, landmark }: ReceiptContext,
  checks: CheckList,
): void {
  const { landmarkKeyId } = document.content;
  const expected = keyIdOf(landmark.key);
  const named = equalBytes(landmarkKeyId, expected) && equalBytes(permit.landmarkKey, landmark.key);
  checks.expect('receipt.landmark-key', named, toBase64Url(expected), toBase64Url(landmarkKeyId));
  const holds = signatureHolds(RECEIPT_PURPOSE, document, publicKeyOf('Ed25519', landmark.key));
  checks.expect('receipt.signature', holds, "by the landmark's key", holds ? 'by that key' : 'does not hold');
}

function checkSubject(receipt: ProbeReceipt, { permit, landmark }: ReceiptContext, checks: CheckList): void {
  const here = receipt.landmarkId === landmark.id && permit.landmarkId === landmark.id;
  checks.expect('receipt.landmark', here, permit.landmarkId, receipt.landmarkId);
  checks.expect('receipt.permit', receipt.jti === permit.jti, permit.jti, receipt.jti);
  checks.expect(
    'receipt.session',
    receipt.sessionId === permit.sessionId,
    permit.sessionId,
    receipt.sessionId,
  );
  const hostKeyId = keyIdOf(permit.hostKey);
  checks.expect(
    'receipt.host-key',
    equalBytes(receipt.hostKeyId, hostKeyId),
    toBase64Url(hostKeyId),
    toBase64Url(receipt.hostKeyId),
  );
  const key = publicKeyOf('Ed25519', permit.hostKey);
  const signed = transcriptSignatureHolds(receipt.transcript, receipt.hostSignature, key);
  checks.expect(
    'receipt.host-signature',
    signed,
    "by the host's key, over the transcript",
    signed ? 'by that key' : 'does not hold',
  );
}

/** A landmark that says it stands elsewhere than is registered bounds nothing until people have looked at it. */
function checkPlace(receipt: ProbeReceipt, landmark: TrustedLandmark, checks: CheckList): void {
  const shown = ({ latitude, longitude }: Place, meters: number): string =>
    `${latitude}, ${longitude} ± ${meters} m`;
  const same =
    wireDegrees(receipt.place.latitude) === wireDegrees(landmark.place.latitude) &&
    wireDegrees(receipt.place.longitude) === wireDegrees(landmark.place.longitude) &&
    receipt.uncertaintyMeters === landmark.uncertaintyMeters;
  checks.expect(
    'receipt.place',
    same,
    shown(landmark.place, landmark.uncertaintyMeters),
    shown(receipt.place, receipt.uncertaintyMeters),
  );
}

function checkTimes(receipt: ProbeReceipt, context: ReceiptContext, checks: CheckList): void {
  const { permit, at, graceMs, clockSkewMs } = context;
  const [begin, end] = [permit.issuedAt.getTime(), permit.expiresAt.getTime()];
  const measured = receipt.measuredAt.getTime();
  checks.expect(
    'receipt.measured',
    measured >= begin - clockSkewMs && measured <= end + clockSkewMs,
    `${permit.issuedAt.toISOString()} to ${permit.expiresAt.toISOString()}`,
    receipt.measuredAt.toISOString(),
  );
  // The landmark's clock dates nothing: only when the verifier received it does.
  const came = at.getTime();
  checks.expect(
    'receipt.fresh',
    came >= begin && came <= end + graceMs,
    `by ${new Date(end + graceMs).toISOString()}`,
    Number.isNaN(came) ? 'no time' : at.toISOString(),
  );
}

function checkRounds({ sent, rounds }: ProbeReceipt, { permit }: ReceiptContext, checks: CheckList): void {
  checks.expect('receipt.sent', sent <= permit.rounds, `at most ${permit.rounds}`, String(sent));
  checks.expect('receipt.valid', rounds.length > 0, 'a valid round', `${rounds.length} of ${sent}`);
}

function boundFrom({ rounds, clockErrorPpm }: ProbeReceipt, landmark: TrustedLandmark): ReceiptBound {
  return {
    landmarkId: landmark.id,
    controlGroup: landmark.controlGroup,
    place: landmark.place,
    uncertaintyMeters: landmark.uncertaintyMeters,
    rttNs: Math.min(...rounds.map(({ rttNs }) => rttNs)),
    clockErrorPpm,
  };
}
