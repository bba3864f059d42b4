import { FormatError } from '../../bytes/errors.ts';
import { fromBase64Url } from '../../bytes/text.ts';
import { CheckList, type Findings } from '../../evidence/check.ts';
import type { WeighedMeasurement } from '../../location/grade-proof.ts';
import {
  measurementOf,
  type ProbeReceipt,
  parsePermit,
  parseReceipt,
  type ReceiptBound,
  verifyReceipt,
} from '../../location/probe/index.ts';
import type { JudgedReceipt } from '../../protocol/location.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import type { StoredPermit } from './permits.ts';
import type { Standings } from './standings.ts';

/** A receipt has to travel: from the landmark to the host, and with all others to the verifier. */
export const RECEIPT_GRACE_MS = 30_000;
/** By how much a landmark's clock may be off from the verifier's; nothing is dated by it. */
export const CLOCK_SKEW_MS = 5_000;

export type ReceiptsInput = {
  /** As they came. */
  readonly receipts: readonly string[];
  readonly permits: readonly StoredPermit[];
  readonly trust: EffectiveTrust;
  readonly standings: Standings;
  readonly at: Date;
};

export type JudgedReceipts = {
  readonly receipts: readonly JudgedReceipt[];
  /** Of those that hold. */
  readonly measured: readonly WeighedMeasurement[];
};

/**
 * Judges every receipt by the permit and the landmark that it is for. One that fails bounds nothing, and takes nothing from
 * the others: whoever carries receipts may leave any out.
 */
export function judgeReceipts(input: ReceiptsInput): JudgedReceipts {
  const seen = new Set<string>();
  const judged = input.receipts.map((text) => judgeReceipt(text, input, seen));
  return {
    receipts: judged.map(({ landmarkId, findings, measurement }) => ({
      landmarkId,
      counts: measurement !== null,
      failed: findings.checks.filter(({ status }) => status === 'fail').map((check) => ({ ...check })),
    })),
    measured: judged.flatMap(({ measurement }) => (measurement === null ? [] : [measurement])),
  };
}

type Judged = {
  readonly landmarkId: string | null;
  readonly findings: Findings;
  readonly measurement: WeighedMeasurement | null;
};

function judgeReceipt(text: string, input: ReceiptsInput, seen: Set<string>): Judged {
  const checks = new CheckList();
  const receipt = readReceipt(text, checks);
  if (receipt === null) return { landmarkId: null, findings: checks, measurement: null };
  const { landmarkId, jti } = receipt.content;
  const { permits, trust, standings, at } = input;
  const stored = permits.find((permit) => permit.jti === jti) ?? permitFor(permits, landmarkId);
  const landmark = trust.landmarks.find((each) => each.landmark.id === stored?.landmarkId);
  const standing = standings.get(stored?.landmarkId ?? '');
  checks.expect('receipt.drawn', stored !== undefined, 'a landmark that was drawn', landmarkId);
  if (stored === undefined) return { landmarkId, findings: checks, measurement: null };
  const inForce = landmark?.digest === stored.landmarkDigest;
  checks.expect('receipt.landmark-in-force', inForce, stored.landmarkDigest, landmark?.digest ?? 'none');
  const why = standing?.why ?? (standing === undefined ? 'unknown' : null);
  checks.expect('receipt.landmark-counts', why === null, 'a landmark that counts', why ?? 'counts');
  checks.expect('receipt.once', !seen.has(stored.jti), 'one receipt for each permit', 'another');
  if (landmark === undefined || standing === undefined) {
    return { landmarkId, findings: checks, measurement: null };
  }
  const { place, uncertaintyMeters } = landmark.landmark;
  const { findings, bound } = verifyReceipt(receipt.bytes, {
    permit: parsePermit(fromBase64Url(stored.permit, 'permit')).content.permit,
    landmark: {
      id: landmark.landmark.id,
      key: landmark.key,
      controlGroup: standing.controlGroup,
      place,
      uncertaintyMeters,
    },
    at,
    graceMs: RECEIPT_GRACE_MS,
    clockSkewMs: CLOCK_SKEW_MS,
  });
  checks.add(findings);
  const measurement = checks.passed && bound !== null ? weighed(bound, standing.tolerance) : null;
  if (measurement !== null) seen.add(stored.jti);
  return { landmarkId, findings: checks, measurement };
}

function weighed(bound: ReceiptBound, tolerance: WeighedMeasurement['tolerance']): WeighedMeasurement {
  return { ...measurementOf(bound), tolerance };
}

function permitFor(permits: readonly StoredPermit[], landmarkId: string): StoredPermit | undefined {
  return permits.find((permit) => permit.landmarkId === landmarkId);
}

function readReceipt(
  text: string,
  checks: CheckList,
): { readonly bytes: Uint8Array; readonly content: ProbeReceipt } | null {
  try {
    const bytes = fromBase64Url(text, 'receipt');
    return { bytes, content: parseReceipt(bytes).content };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect('receipt.well-formed', false, 'a receipt', error.code, error.path);
    return null;
  }
}
