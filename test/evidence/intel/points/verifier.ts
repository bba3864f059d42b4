import type { IntelCollateral } from '../../../../src/evidence/intel/collateral.ts';
import type { IntelEvidence } from '../../../../src/evidence/intel/evidence.ts';
import { verifyIntelQuote } from '../../../../src/evidence/intel/index.ts';
import type { IntelVerdict } from '../../../../src/evidence/intel/verdict.ts';
import { FORGED_AT, forgeSgxPlatform, forgeTdxPlatform } from '../../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate, type TrustAnchor } from '../../../../src/pki/index.ts';

/** Platforms in order, of one root; each test changes the one thing that it is about. */
export const tdx = forgeTdxPlatform({ seed: 'points' });
export const sgx = forgeSgxPlatform({ seed: 'points', ca: 'processor' });

export const REPORT_DATA: Uint8Array = Uint8Array.from({ length: 64 }, (_, index) => index + 1);
export const ANCHORS: readonly TrustAnchor[] = [anchorFromCertificate(parseCertificate(tdx.root))];

export type Judged = {
  /** Ids of the checks that failed, in their order. */
  readonly failed: readonly string[];
  /** What a check found, for a person. */
  readonly actual: (id: string) => string | undefined;
  readonly verdict: IntelVerdict | null;
  readonly verified: IntelEvidence | null;
};

/** The verifier's answer; with no anchors but the forged root. */
export function judge(
  quote: Uint8Array,
  collateral: IntelCollateral,
  {
    at = FORGED_AT,
    anchors = ANCHORS,
  }: { readonly at?: Date; readonly anchors?: readonly TrustAnchor[] } = {},
): Judged {
  const { findings, verdict, verified } = verifyIntelQuote({ quote, collateral, anchors, at });
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  const actual = (id: string) => findings.checks.find((check) => check.id === id)?.actual;
  return { failed, actual, verdict, verified };
}

type Platform = typeof tdx | typeof sgx;

/** A platform's own quote with its own collateral. */
export function judgePlatform(platform: Platform, at?: Date): Judged {
  return judge(platform.quote(REPORT_DATA), platform.collateral(), at === undefined ? {} : { at });
}

export function days(count: number): Date {
  return new Date(FORGED_AT.getTime() + count * 86_400_000);
}

/** Flips one bit. */
export function flipped(bytes: Uint8Array | null, offset: number, bit = 0): Uint8Array {
  const copy = Uint8Array.from(bytes ?? []);
  const at = offset < 0 ? copy.length + offset : offset;
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
