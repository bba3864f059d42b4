import { equalBytes } from '../bytes/equal.ts';
import { FormatError } from '../bytes/errors.ts';
import { toHex } from '../bytes/text.ts';
import { pinnedAnchors } from '../pki/index.ts';
import { CheckList } from './check.ts';
import { isCcel, replayCcel } from './eventlog/ccel.ts';
import {
  EvidenceError,
  type EvidenceFolder,
  type Format,
  type OfflineContext,
  type OfflineFindings,
} from './format.ts';
import { findQuote, isPart, quotesIn, readCollateral } from './intel/folder.ts';
import { certificateDigests, certificatesIn } from './intel/folder-certificates.ts';
import { type IntelEvidence, parseQuote, verifyIntelQuote } from './intel/index.ts';
import { quoteBytes } from './intel/quote-text.ts';
import { contradictions } from './intel/twins.ts';

/**
 * An SGX or TDX quote, bytes or hexadecimal text, with Intel's collateral beside it or behind it (see intel/folder.ts for the
 * names). A root that comes with them counts only if it is pinned or named; a TD's event log, `ccel.bin`, is replayed.
 */
export const INTEL_QUOTE: Format = {
  id: 'intel-quote',
  usesRoots: true,
  hasTcbStatus: true,
  recognises,
  isPart,
  verify,
};

function recognises(files: EvidenceFolder): boolean {
  return findQuote(files) !== null;
}

function verify(files: EvidenceFolder, context: OfflineContext): OfflineFindings {
  const name = findQuote(files);
  const bytes = name === null ? undefined : files.get(name);
  if (bytes === undefined) throw new EvidenceError('part_missing', 'there is no quote');
  const quote = quoteBytes(bytes);
  const { tee, report, qe } = parseQuote(quote);
  const collateral = readCollateral(context.named, context.collateral);
  const { tcbInfoChain, qeIdentityChain, pckChain } = collateral;
  const root = files.get('root.pem') ?? context.collateral.get('root.pem') ?? null;
  const found = certificatesIn([tcbInfoChain, qeIdentityChain, pckChain, qe.pckChain, root]);
  const anchors = [...context.anchors, ...pinnedAnchors(found, context.pins)];

  const checks = new CheckList();
  const { findings, verified } = verifyIntelQuote({ quote, collateral, anchors, at: context.at });
  checks.add(findings);
  checkBeside(checks, qe.pckChain, pckChain, root);
  checkTwins(checks, context.named, quote);
  checkReportData(checks, report.reportData, context.nonce);
  if (tee === 'tdx') checkEventLog(checks, files, verified);
  if (verified === null || !checks.passed) return { findings: checks, measured: null };
  const platform = { tcbStatus: verified.verdict.status, verdict: verified.verdict };
  return { findings: checks, measured: { kind: 'tee', tee: verified, vtpm: null }, platform };
}

/**
 * `intel.beside.pck-chain`, `intel.beside.root`: a chain or root beside a quote that carries its own is not needed, and must
 * not be another's: whoever put it there would believe that it was judged.
 */
function checkBeside(
  checks: CheckList,
  quoted: Uint8Array | null,
  pckChain: Uint8Array | null,
  root: Uint8Array | null,
): void {
  const chain = quoted ?? pckChain;
  const own = chain && certificateDigests(chain);
  if (quoted !== null && pckChain !== null) {
    const beside = certificateDigests(pckChain);
    expectDigests(checks, 'intel.beside.pck-chain', own, beside);
  }
  if (root !== null)
    expectDigests(checks, 'intel.beside.root', own?.slice(-1) ?? null, certificateDigests(root));
}

/**
 * `intel.beside.quote`, `intel.beside.collateral`: what lies in a folder twice, under several names, says the same each time.
 * Only one of them is judged, and whoever put the other there would believe that it was.
 */
function checkTwins(checks: CheckList, files: EvidenceFolder, quote: Uint8Array): void {
  const quotes = quotesIn(files);
  if (quotes.length > 1) {
    const others = quotes.filter(([, bytes]) => !equalBytes(bytes, quote)).map(([name]) => name);
    const expected = 'one quote';
    checks.expect('intel.beside.quote', others.length === 0, expected, others.join(', ') || expected);
  }
  const differing = contradictions(files);
  if (differing === null) return;
  const expected = 'the same under every name';
  const actual = differing.length === 0 ? expected : `differing: ${differing.join(', ')}`;
  checks.expect('intel.beside.collateral', differing.length === 0, expected, actual);
}

function expectDigests(
  checks: CheckList,
  id: string,
  own: readonly string[] | null,
  beside: readonly string[] | null,
): void {
  const [expected, actual] = [own, beside].map((digests) => digests?.join(', ') ?? 'unreadable');
  checks.expect(id, own !== null && expected === actual, expected ?? '', actual ?? '');
}

/**
 * `intel.quote.report-data`: the quote was made for this question. A nonce of 64 bytes is all of the report data, a shorter
 * one its beginning, with zeros behind it.
 */
function checkReportData(checks: CheckList, reportData: Uint8Array, nonce: Uint8Array | undefined): void {
  const id = 'intel.quote.report-data';
  if (nonce === undefined) {
    checks.skip(id, 'no nonce was given: the quote may be of any age');
    return;
  }
  const [expected, actual] = [toHex(nonce).padEnd(reportData.length * 2, '0'), toHex(reportData)];
  checks.expect(id, expected === actual, expected, actual);
}

/** `intel.ccel` and `intel.ccel.rtmr-N`: a log explains what a verified quote says, and nothing else. */
function checkEventLog(checks: CheckList, files: EvidenceFolder, verified: IntelEvidence | null): void {
  const id = 'intel.ccel';
  const log = files.get('ccel.bin') ?? files.get('ccel') ?? files.get('eventlog');
  if (log === undefined) return;
  // Beside the quote of a TD that has a TPM too, `eventlog` may be the TPM's.
  if (log === files.get('eventlog') && !isCcel(log)) {
    checks.skip(id, 'eventlog is not the log of a TD');
    return;
  }
  if (verified?.tee !== 'tdx') {
    checks.skip(id, 'no verified quote to hold the log against');
    return;
  }
  try {
    checks.add(replayCcel(log, verified.report.rtMr).findings);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    checks.expect(id, false, 'a log of SHA-384 digests', `${error.code}: ${error.message}`);
  }
}
