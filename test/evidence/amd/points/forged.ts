import { verifySnpReport } from '../../../../src/evidence/amd/index.ts';
import {
  type ForgedSnpPlatform,
  forgeSnpPlatform,
  type ReportChange,
} from '../../../../src/forge/amd/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../../src/pki/index.ts';

export const at = new Date('2026-06-01T00:00:00Z');
export const DAY_MS = 86_400_000;
export const reportData: Uint8Array = new Uint8Array(64).map((_, index) => index);

export type Given = {
  readonly report?: Uint8Array;
  /** What the report says instead; not with `report`. */
  readonly change?: ReportChange;
  readonly certificates?: readonly Uint8Array[];
  /** Null: none at all. The platform's own, revoking nothing, unless given. */
  readonly crl?: Uint8Array | null;
  /** The platform's own unless given; DER. */
  readonly roots?: readonly Uint8Array[];
  readonly at?: Date;
};

export type Verdict = ReturnType<typeof verifySnpReport>;

/**
 * Verifies what the platform made, but for what is given; with nothing given, every check passes. Asks twice: what the
 * verifier remembers of the first time must not change its answer.
 */
export function verify(platform: ForgedSnpPlatform, given: Given = {}): Verdict {
  const input = {
    report: given.report ?? platform.report(reportData, given.change),
    certificates: given.certificates ?? platform.certificates(),
    crl: given.crl === undefined ? crlOf(platform) : given.crl,
    anchors: (given.roots ?? platform.roots).map((root) => anchorFromCertificate(parseCertificate(root))),
    at: given.at ?? at,
  };
  const verdict = verifySnpReport(input);
  if (answer(verifySnpReport(input)) !== answer(verdict))
    throw new Error('answered otherwise when asked again');
  return verdict;
}

/** Cheaper to compare than whole verdicts, thousands of times. */
function answer({ findings, verified }: Verdict): string {
  const statuses = findings.checks.map(({ id, status }) => `${id} ${status}`);
  return [...statuses, ...findings.notPerformed.map(({ id }) => id), verified?.validUntil.getTime()].join();
}

const crls = new WeakMap<ForgedSnpPlatform['pki'], Uint8Array>();

/** Made once for each PKI: a signature of RSA-4096 costs more than all that is verified here. */
function crlOf(platform: ForgedSnpPlatform): Uint8Array {
  const crl = crls.get(platform.pki) ?? platform.crl();
  crls.set(platform.pki, crl);
  return crl;
}

/** The ids of the checks that failed, in order. Fails itself where evidence is called verified in spite of one. */
export function failures({ findings, verified }: Verdict): string[] {
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  if ((verified === null) !== failed.length > 0) throw new Error(`verified in spite of ${failed.join(', ')}`);
  return failed;
}

export const milan: ForgedSnpPlatform = forgeSnpPlatform({ at, product: 'Milan' });
export const genoa: ForgedSnpPlatform = forgeSnpPlatform({ at, product: 'Genoa' });
export const turin: ForgedSnpPlatform = forgeSnpPlatform({ at, product: 'Turin' });
