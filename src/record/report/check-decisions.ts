import { SextantError } from '../../bytes/errors.ts';
import { parseInstant } from '../../bytes/instant.ts';
import type { CheckList } from '../../evidence/check.ts';
import type { LicenceReport } from '../../protocol/report.ts';
import { type Checkpoint, verifyCheckpoint } from '../checkpoint.ts';
import type { NoteVerifier } from '../note.ts';
import { type ProvenAct, verifyReceipt } from '../receipt.ts';

/**
 * Asks whether each decision stands in the log that the report rests on, is one, of this licence and of this period, and is listed once.
 *
 * What remains unproven: that no decision was left out. Leaves are hashes to whoever may not see them; an audit reads them all.
 */
export function checkDecisions(
  findings: CheckList,
  report: LicenceReport,
  log: NoteVerifier | undefined,
): void {
  if (log === undefined) {
    for (const skip of [skipCheckpoint, skipSize, skipIncluded, skipActs]) skip(findings);
    return;
  }
  const checkpoint = read(() => verifyCheckpoint(report.log.checkpoint, log));
  const isSigned = !(checkpoint instanceof SextantError);
  const found = isSigned ? 'one' : checkpoint.message;
  if (!findings.expect('report.checkpoint', isSigned, `a checkpoint of ${log.name}`, found) || !isSigned) {
    for (const skip of [skipSize, skipIncluded, skipActs]) skip(findings);
    return;
  }
  checkSize(findings, report, checkpoint);
  const proven: ProvenAct[] = [];
  let wrong = 'all of them';
  for (const leaf of report.decisions) {
    const act = read(() => verifyReceipt({ ...leaf, checkpoint: report.log.checkpoint }, log));
    if (act instanceof SextantError) wrong = `leaf ${leaf.leafIndex}: ${act.message}`;
    else proven.push(act);
  }
  const { length } = report.decisions;
  findings.expect('report.decisions.proven', proven.length === length, 'every decision in the log', wrong);
  const stranger = strangerAmong(report, proven);
  findings.expect(
    'report.decisions.acts',
    stranger === null,
    'decisions of licence and period, each once',
    stranger ?? 'all of them',
  );
}

function checkSize(
  findings: CheckList,
  { log: { origin, size } }: LicenceReport,
  checkpoint: Checkpoint,
): void {
  const expected = `${checkpoint.origin} with ${checkpoint.size} leaves`;
  const actual = `${origin} with ${size} leaves`;
  findings.expect('report.log', expected === actual, expected, actual);
}

/** The first act that has no place in the report, in words. */
function strangerAmong({ licence, period }: LicenceReport, proven: readonly ProvenAct[]): string | null {
  const [from, until] = [parseInstant(period.from), parseInstant(period.until)];
  const seen = new Set<number>();
  for (const { act, leafIndex } of proven) {
    const isDecision = act.type === 'decision' && act.body['licenceId'] === licence.id;
    if (!isDecision || act.at < from || act.at >= until || seen.has(leafIndex)) {
      return `leaf ${leafIndex}: ${act.type} of ${act.at.toISOString()}`;
    }
    seen.add(leafIndex);
  }
  return null;
}

const NO_KEY = 'the log has no key here';
const skipCheckpoint = (findings: CheckList): void => findings.skip('report.checkpoint', NO_KEY);
const skipSize = (findings: CheckList): void => findings.skip('report.log', NO_KEY);
const skipIncluded = (findings: CheckList): void => findings.skip('report.decisions.proven', NO_KEY);
const skipActs = (findings: CheckList): void => findings.skip('report.decisions.acts', NO_KEY);

function read<T>(make: () => T): T | SextantError {
  try {
    return make();
  } catch (error) {
    if (error instanceof SextantError) return error;
    throw error;
  }
}
