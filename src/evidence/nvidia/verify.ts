import { FormatError } from '../../bytes/errors.ts';
import { type Certificate, PathError, type TrustAnchor } from '../../pki/index.ts';
import { CheckList } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { isOfDates, type ValidatedChain, validateChain } from './chain.ts';
import { chipIdentity, readDeviceChain, ueidOf } from './device-chain.ts';
import type { NvidiaEvidence } from './evidence.ts';
import { checkFwid, type FwidVerdict } from './fwid.ts';
import { blocksOf, chipOf, modelOf, type NvidiaChip } from './generation.ts';
import { checkNonce, checkSampleNonce } from './nonce.ts';
import { p384SignatureHolds } from './p384.ts';
import { expectDeviceUnrevoked, type RevocationStanding } from './revocation.ts';
import { parseSpdmReport, type SpdmReport } from './spdm-report.ts';
import { type NvidiaClaims, readClaims } from './versions.ts';

export type NvidiaDeviceInput = {
  /** Request and response, exactly as received. */
  readonly report: Uint8Array;
  /** DER, leaf first, each issued by the next; the root may be left out. */
  readonly certificates: readonly Uint8Array[];
  /** OCSPResponses in DER, in any order, of any certificates; without them revocation is reported as not performed. */
  readonly ocsp?: readonly Uint8Array[];
  /** Roots of NVIDIA's devices, never of its manifests. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
  /** What the request must have asked with, 32 bytes; absent: freshness is reported as not performed. */
  readonly nonce?: Uint8Array;
  /** `gate` also refuses what is genuine and weak: NVIDIA's public sample nonce. */
  readonly policy: 'authenticity' | 'gate';
  /** Which device of several this is: stands in every check. */
  readonly where?: string;
};

/** What a device says of itself, whether or not it is believed. */
export type NvidiaDescription = {
  readonly chip: NvidiaChip;
  readonly model: string;
  readonly identity: string;
  readonly ueid: string;
  readonly fwid: FwidVerdict;
  readonly claims: NvidiaClaims;
};

export type NvidiaDeviceResult = {
  readonly findings: CheckList;
  /** Null where report or chain could not be read. Proven only if `verified` is there. */
  readonly described: NvidiaDescription | null;
  readonly verified: Verified<NvidiaEvidence> | null;
  /**
   * Which certificate is revoked, where this very device answered, and nothing but that is wrong with it: whoever only has
   * its certificates cannot bring this about. Null otherwise.
   */
  readonly revoked: string | null;
};

/**
 * Verifies the report of one GPU or NVSwitch: structure, nonce, chain, signature, FWID, revocation.
 *
 * Throws nothing for what the bytes hold.
 * @remarks `verified` is null unless every check passed. Unproven afterwards: whatever `findings.notPerformed` lists; that the
 * measurements are good ones (see `appraiseMeasurements`); and in which host the device sits.
 */
export function verifyNvidiaDevice(input: NvidiaDeviceInput): NvidiaDeviceResult {
  const checks = new CheckList();
  const { at, where } = input;
  const report = readReport(checks, input);
  const presented = checkCertificates(checks, input);
  const chain = presented === null ? null : checkChain(checks, presented, input);
  const chip = presented === null ? null : checkChip(checks, presented[1], where);
  if (report !== null) {
    checkNonce(checks, report.requestNonce, input.nonce, where);
    checkSampleNonce(checks, report.requestNonce, input.policy, where);
  }
  if (report === null || presented === null || chip === null) {
    return { findings: checks, described: null, verified: null, revoked: null };
  }
  const [leaf, device] = presented;
  const claims = checkClaims(checks, report, chip, where);
  const fwid = checkFwid(checks, report.opaque, leaf, chip.generation, where);
  const standing = expectDeviceUnrevoked(checks, chain, input.ocsp ?? [], at, where);
  const signed = checkSignature(checks, report, leaf, where);
  if (claims === null) return { findings: checks, described: null, verified: null, revoked: null };

  const model = modelOf(device) ?? '';
  const described = { chip, model, identity: chipIdentity(device), ueid: ueidOf(leaf), fwid, claims };
  // Not by the checks alone: what chain and signature prove is proven by having held, whatever was skipped.
  if (chain === null || !signed || fwid === 'mismatch' || !checks.passed) {
    return { findings: checks, described, verified: null, revoked: revokedAlone(checks, standing) };
  }
  const { freshUntil } = standing;
  const ends = [chain.validUntil, ...(freshUntil === null ? [] : [freshUntil])];
  const validUntil = new Date(Math.min(...ends.map((end) => end.getTime())));
  const evidence: NvidiaEvidence = {
    ...described,
    fwid,
    report,
    revocationChecked: freshUntil !== null,
    validUntil,
  };
  return { findings: checks, described, verified: sealVerified(evidence), revoked: null };
}

function revokedAlone({ checks }: CheckList, { revoked }: RevocationStanding): string | null {
  const others = checks.filter(({ id, status }) => status === 'fail' && !id.startsWith('nvidia.revocation'));
  return others.length === 0 ? revoked : null;
}

/** `nvidia.report.well-formed`. */
function readReport(checks: CheckList, { report, where }: NvidiaDeviceInput): SpdmReport | null {
  const id = 'nvidia.report.well-formed';
  return orFail(checks, id, 'request and response of SPDM 1.1', where, () => parseSpdmReport(report));
}

/** `nvidia.chain.well-formed`: the leaf, the chip's own certificate, and two CAs below the root. */
function checkCertificates(
  checks: CheckList,
  { certificates, where }: NvidiaDeviceInput,
): readonly [leaf: Certificate, device: Certificate, ...Certificate[]] | null {
  const id = 'nvidia.chain.well-formed';
  return orFail(checks, id, 'certificates of leaf, chip and CAs', where, () => readDeviceChain(certificates));
}

function orFail<T>(
  checks: CheckList,
  id: string,
  expected: string,
  where: string | undefined,
  read: () => T,
): T | null {
  try {
    const value = read();
    checks.expect(id, true, expected, 'well formed', where);
    return value;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, expected, `${error.code}: ${error.message}`, where);
    return null;
  }
}

/** `nvidia.chain.path` and `nvidia.chain.validity`: five certificates in a fixed order, the fifth being trusted. */
function checkChain(
  checks: CheckList,
  presented: readonly [Certificate, Certificate, ...Certificate[]],
  { anchors, at, where }: NvidiaDeviceInput,
): ValidatedChain | null {
  const expected = 'leaf, chip, two CAs, and a trusted root of NVIDIA devices';
  const instant = Number.isNaN(at.getTime()) ? 'no instant' : at.toISOString();
  const chain = validateChain(presented, anchors, at);
  if (chain instanceof PathError) {
    const actual = `${chain.code}: ${chain.message}`;
    if (isOfDates(chain)) {
      checks.skip('nvidia.chain.path', 'not asked of a certificate that is not valid now');
      checks.expect('nvidia.chain.validity', false, `valid at ${instant}`, actual, where);
    } else {
      checks.expect('nvidia.chain.path', false, expected, actual, where);
      checks.skip('nvidia.chain.validity', 'the chain does not hold');
    }
    return null;
  }
  // Certificate 1 is the chip's identity: it is so by its place, and so no other place will do.
  const [, , , , root = null] = presented;
  const isTrusted = root === null || root.publicKey.sha256 === chain.anchor.publicKey.sha256;
  const inOrder =
    isTrusted && chain.chain.length === 4 && chain.chain.every((one, index) => one === presented[index]);
  const shown = isTrusted ? chain.chain : presented;
  const names = shown.map((certificate) => modelOf(certificate) ?? '?').join(' < ');
  checks.expect('nvidia.chain.path', inOrder, expected, names, where);
  checks.expect('nvidia.chain.validity', true, `valid at ${instant}`, 'valid', where);
  return inOrder ? chain : null;
}

/** `nvidia.chip`. */
function checkChip(checks: CheckList, device: Certificate, where: string | undefined): NvidiaChip | null {
  const chip = chipOf(device);
  const actual = modelOf(device) ?? 'no name';
  checks.expect('nvidia.chip', chip !== null, 'a chip of Hopper, Blackwell or LS10', actual, where);
  return chip;
}

/** `nvidia.report.blocks` and `nvidia.report.claims`: the report is laid out as the certified chip's are. */
function checkClaims(
  checks: CheckList,
  { measurements, opaque }: SpdmReport,
  { generation, kind }: NvidiaChip,
  where: string | undefined,
): NvidiaClaims | null {
  const [expected, actual] = [blocksOf(generation), measurements.length];
  checks.expect('nvidia.report.blocks', actual === expected, `${expected}`, `${actual}`, where);
  const id = 'nvidia.report.claims';
  return orFail(checks, id, 'versions and states as NVIDIA documents them', where, () =>
    readClaims(opaque, kind),
  );
}

/** `nvidia.report.signature`: over every byte before it. */
function checkSignature(
  checks: CheckList,
  { signed, signature }: SpdmReport,
  leaf: Certificate,
  where: string | undefined,
): boolean {
  const holds = p384SignatureHolds(signed, signature, leaf.publicKey);
  const actual = holds ? 'made by it' : 'does not hold';
  return checks.expect('nvidia.report.signature', holds, "made by the leaf's key", actual, where);
}
