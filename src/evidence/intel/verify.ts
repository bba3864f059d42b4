import { type KeyObject, verify } from 'node:crypto';
import type { TrustAnchor } from '../../pki/index.ts';
import { CheckList, type Findings } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import { importAttestationKey } from './attestation-key.ts';
import { type AuthenticCollateral, verifyCollateral } from './authentic-collateral.ts';
import type { IntelCollateral } from './collateral.ts';
import type { IntelEvidence } from './evidence.ts';
import type { Pck } from './pck.ts';
import type { QeIdentity } from './qe-identity.ts';
import { parseQuote, type Quote } from './quote.ts';
import { checkQeIdentity, checkQeReportData, checkQeSignature } from './quoting-enclave.ts';
import { evaluateTcb } from './tcb.ts';
import type { TcbInfo } from './tcb-info.ts';
import { checkTdxModule } from './tdx-module.ts';
import type { IntelVerdict } from './verdict.ts';

export type IntelQuoteInput = {
  /** As the platform handed it out, padding included. */
  readonly quote: Uint8Array;
  readonly collateral: IntelCollateral;
  /** Roots that the caller vouches for; none: nothing passes. */
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
};

export type IntelQuoteResult = {
  readonly findings: Findings;
  /** Null unless every check passed. */
  readonly verdict: IntelVerdict | null;
  /** Null unless every check passed. */
  readonly verified: Verified<IntelEvidence> | null;
};

/**
 * Verifies an SGX or TDX quote, step by step as Intel's own library does (SGX DCAP Quote Verification Library, 4.1.2), and
 * stricter where that leaves something open.
 *
 * @throws FormatError for bytes that are no quote; whatever is wrong with the collateral is a failed check
 * @remarks Unproven afterwards: that the TCB's status, the measurements and the attributes (debugging among them) are
 * acceptable, and that the report data answers anything. A status of `Revoked` or `OutOfDate` is no failed check.
 */
export function verifyIntelQuote({
  quote: bytes,
  collateral,
  anchors,
  at,
}: IntelQuoteInput): IntelQuoteResult {
  const quote = parseQuote(bytes);
  const checks = new CheckList();

  const authentic = verifyCollateral(checks, collateral, quote.qe.pckChain, anchors, at);
  const { tcbInfo, qeIdentity, pck } = authentic;
  const isOfPlatform = checkTcbInfo(checks, quote, tcbInfo, pck);
  const isKnownModule = checkModule(checks, quote, isOfPlatform ? tcbInfo : null);
  const isOfQe = checkQe(checks, quote, qeIdentity, pck);
  const isSigned = checkSignature(checks, quote);
  const evaluated =
    tcbInfo !== null && qeIdentity !== null && pck !== null && isOfPlatform && isKnownModule && isOfQe
      ? evaluateTcb(checks, { quote, tcbInfo, qeIdentity, pck: pck.extension })
      : skipTcb(checks);

  // Not by the checks alone: each signature is proven by having held, whatever was skipped.
  if (!checks.passed || !isSigned || evaluated === null || pck === null) {
    return { findings: checks, verdict: null, verified: null };
  }
  const verdict = { ...evaluated, collateral: authentic.used };
  return { findings: checks, verdict, verified: sealVerified(evidenceOf(quote, verdict, pck, authentic)) };
}

function evidenceOf(
  quote: Quote,
  verdict: IntelVerdict,
  pck: Pck,
  { period }: AuthenticCollateral,
): IntelEvidence {
  const common = {
    quoteVersion: quote.version,
    pck: pck.identity,
    verdict,
    validUntil: new Date(period.until),
  };
  return quote.tee === 'tdx'
    ? { tee: quote.tee, report: quote.report, ...common }
    : { tee: quote.tee, report: quote.report, ...common };
}

/** `intel.tcb-info.tee`, `intel.tcb-info.fmspc`, `intel.tcb-info.pce-id`: it speaks of this kind of TEE and platform. */
function checkTcbInfo(checks: CheckList, { tee }: Quote, tcbInfo: TcbInfo | null, pck: Pck | null): boolean {
  if (tcbInfo === null) return false;
  const actual = `${tcbInfo.id} version ${tcbInfo.version}`;
  const expected = `${tee.toUpperCase()} version 3`;
  const isOfTee = checks.expect('intel.tcb-info.tee', actual === expected, expected, actual);
  if (pck === null) return false;
  const { fmspc, pceId } = pck.identity;
  const isOfModel = checks.expect('intel.tcb-info.fmspc', tcbInfo.fmspc === fmspc, fmspc, tcbInfo.fmspc);
  const isOfPce = checks.expect('intel.tcb-info.pce-id', tcbInfo.pceId === pceId, pceId, tcbInfo.pceId);
  return isOfTee && isOfModel && isOfPce;
}

/** True if Intel knows the module: no other has levels. */
function checkModule(checks: CheckList, quote: Quote, tcbInfo: TcbInfo | null): boolean {
  if (quote.tee === 'sgx') return true;
  if (tcbInfo !== null) return checkTdxModule(checks, quote.report, tcbInfo);
  checks.skip('intel.tdx-module.identity', 'no TCB Info of the platform');
  return false;
}

/** What vouches for the attestation key, and for the enclave that holds it. True if the identity is of this kind of enclave. */
function checkQe(checks: CheckList, quote: Quote, identity: QeIdentity | null, pck: Pck | null): boolean {
  if (pck === null) checks.skip('intel.qe.signature', 'no authentic PCK certificate');
  else checkQeSignature(checks, quote, pck.chain.key);
  checkQeReportData(checks, quote);
  if (identity === null) return false;
  const actual = `${identity.id} version ${identity.version}`;
  const expected = `${quote.tee === 'tdx' ? 'TD_QE' : 'QE'} version 2`;
  if (!checks.expect('intel.qe-identity.tee', actual === expected, expected, actual)) return false;
  checkQeIdentity(checks, quote, identity);
  return true;
}

/** `intel.quote.attestation-key`, `intel.quote.signature`: over the exact bytes received. True only if it was asked and holds. */
function checkSignature(checks: CheckList, { attestationKey, signed, signature }: Quote): boolean {
  const key: KeyObject | null = importAttestationKey(attestationKey);
  const point = 'a point of P-256';
  checks.expect('intel.quote.attestation-key', key !== null, point, key === null ? 'none' : point);
  if (key === null) return false;
  const holds = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  const expected = 'made by the attestation key';
  return checks.expect('intel.quote.signature', holds, expected, holds ? expected : 'does not hold');
}

function skipTcb(checks: CheckList): null {
  checks.skip('intel.tcb.platform', 'no authentic collateral of this platform');
  return null;
}
