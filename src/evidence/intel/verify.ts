import type { TrustAnchor } from '../../pki/index.ts';
import { CheckList, type Findings } from '../check.ts';
import { sealVerified, type Verified } from '../verified.ts';
import type { IntelCollateral } from './collateral.ts';
import { type Endorsement, verifyEndorsement } from './endorsement.ts';
import type { IntelEvidence } from './evidence.ts';
import { verifyP256 } from './p256.ts';
import type { Pck } from './pck.ts';
import { parseQuote, type Quote } from './quote.ts';
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

  const { value: endorsement, period } = verifyEndorsement(checks, quote, collateral, anchors, at);
  const { tcbInfo, qeIdentity, pck, applies } = endorsement;
  const isKnownModule = checkModule(checks, quote, applies ? tcbInfo : null);
  const isSigned = checkSignature(checks, quote, endorsement);
  const evaluated =
    tcbInfo !== null && qeIdentity !== null && pck !== null && applies && isKnownModule
      ? evaluateTcb(checks, { quote, tcbInfo, qeIdentity, pck: pck.extension })
      : skipTcb(checks);

  // Not by the checks alone: each signature is proven by having held, whatever was skipped.
  if (!checks.passed || !isSigned || evaluated === null || pck === null) {
    return { findings: checks, verdict: null, verified: null };
  }
  const verdict = { ...evaluated, collateral: endorsement.used };
  const evidence = evidenceOf(quote, verdict, pck, new Date(period.until));
  return { findings: checks, verdict, verified: sealVerified(evidence) };
}

function evidenceOf(quote: Quote, verdict: IntelVerdict, pck: Pck, validUntil: Date): IntelEvidence {
  const common = { quoteVersion: quote.version, pck: pck.identity, verdict, validUntil };
  return quote.tee === 'tdx'
    ? { tee: quote.tee, report: quote.report, ...common }
    : { tee: quote.tee, report: quote.report, ...common };
}

/** True if Intel knows the module: no other has levels. */
function checkModule(checks: CheckList, quote: Quote, tcbInfo: TcbInfo | null): boolean {
  if (quote.tee === 'sgx') return true;
  if (tcbInfo !== null) return checkTdxModule(checks, quote.report, tcbInfo);
  checks.skip('intel.tdx-module.identity', 'no TCB Info of the platform');
  return false;
}

/** `intel.quote.signature`: over the exact bytes received. True only if it was asked and holds. */
function checkSignature(checks: CheckList, quote: Quote, { attestationKey }: Endorsement): boolean {
  const id = 'intel.quote.signature';
  if (attestationKey === null) {
    checks.skip(id, 'the attestation key is none');
    return false;
  }
  const holds = verifyP256(attestationKey, quote.signed, quote.signature);
  const expected = 'made by the attestation key';
  return checks.expect(id, holds, expected, holds ? expected : 'does not hold');
}

function skipTcb(checks: CheckList): null {
  checks.skip('intel.tcb.platform', 'no authentic collateral of this platform');
  return null;
}
