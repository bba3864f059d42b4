import { hash } from 'node:crypto';
import { z } from 'zod';
import { finding } from '../../record/audit/findings.ts';
import { inputsDigest } from '../evidence/inputs.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { DELETED_BY_RULE, type DeletionReader } from './deletions.ts';
import { diverges } from './divergence.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import type { ActReader } from './read-act.ts';
import { DocumentAbsent, type DocumentReader } from './read-footing.ts';
import { replayAppraisal } from './replay-appraisal.ts';
import type { FoundAppraisal, RecordSource } from './source.ts';
import type { Tally } from './tally.ts';
import type { TrustOfDay } from './trust-of-day.ts';

/** What this reads of an appraisal's act (service/evidence/record.ts); older acts lack the last two. */
const body = z.object({
  sessionId: z.string(),
  evidenceSha256: z.string(),
  outcome: z.enum(['accepted', 'refused']),
  trustInputs: z.array(z.string()),
  earSha256: z.string(),
  answerSha256: z.string().optional(),
  inputsSha256: z.string().optional(),
});
type Body = z.infer<typeof body>;

export type AppraisalAudit = {
  readonly records: RecordSource;
  readonly document: DocumentReader;
  readonly trust: TrustOfDay;
  readonly deletions: DeletionReader;
  readonly readAct: ActReader;
  readonly tally: Tally;
  readonly past: Past;
  readonly replays: boolean;
};

/**
 * Holds what is kept of an appraisal against its act: the answer, the evidence, what it was judged by; then judges again. Answers
 * whether the kept appraisal is the act's own.
 */
export async function checkAppraisal(act: OpenAct, audit: AppraisalAudit): Promise<boolean> {
  const { records, tally, past } = audit;
  const said = body.parse(act.body);
  const subject = `session ${said.sessionId}`;
  const kept = await records.appraisal(said.sessionId);
  if (kept === undefined) {
    const explained = await audit.deletions.of('appraisal', said.sessionId, act.leafIndex);
    if (explained !== null) {
      const { until, leafIndex } = explained;
      const shown = `${subject}, kept until ${until} (leaf ${leafIndex})`;
      tally.unchecked('appraisals.as-recorded', DELETED_BY_RULE, shown);
      past.answered(said.sessionId, said.outcome === 'accepted' ? 'deleted' : 'nothing');
      return false;
    }
    tally.found(finding('appraisal.absent', subject, { expected: `as leaf ${act.leafIndex} records it` }));
    past.answered(said.sessionId, 'nothing');
    return false;
  }
  const isAsRecorded = checkAnswer(act, said, kept, tally);
  if (kept.evidenceSha256 !== said.evidenceSha256) {
    const [expected, actual] = [said.evidenceSha256, kept.evidenceSha256];
    tally.found(finding('evidence.swapped', subject, { expected, actual }));
  }
  const evidence = await readEvidence(said, subject, audit);
  const isProof = said.outcome === 'accepted' && evidence !== null;
  past.answered(said.sessionId, isProof ? 'proof' : 'nothing');
  if (evidence !== null && isAsRecorded) await judgeAgain(said, kept, evidence, audit);
  return kept.leafIndex === act.leafIndex;
}

function checkAnswer(act: OpenAct, said: Body, kept: FoundAppraisal, tally: Tally): boolean {
  const subject = `session ${said.sessionId}`;
  const [expected, actual] =
    said.answerSha256 === undefined
      ? [said.earSha256, hash('sha256', earOf(kept.answer), 'hex')]
      : [said.answerSha256, hash('sha256', kept.answer, 'hex')];
  if (expected !== actual) tally.found(finding('appraisal.altered', subject, { expected, actual }));
  if (kept.leafIndex !== act.leafIndex) {
    const because = 'it names another leaf as its own';
    tally.found(
      finding('appraisal.altered', `${subject}, its leaf`, {
        because,
        expected: `${act.leafIndex}`,
        actual: `${kept.leafIndex}`,
      }),
    );
  }
  if (expected !== actual) return false;
  tally.holds('appraisals.as-recorded');
  return true;
}

/** Acts of before the whole answer had its digest in the leaf name that of the token in it. */
function earOf(answer: string): string {
  return /"ear":"([A-Za-z0-9_.-]*)"/.exec(answer)?.[1] ?? '';
}

async function readEvidence(
  { evidenceSha256 }: Body,
  subject: string,
  { records, tally }: AppraisalAudit,
): Promise<Uint8Array | null> {
  const evidence = await records.evidence(evidenceSha256);
  if (evidence === undefined) {
    tally.found(finding('evidence.absent', subject, { expected: evidenceSha256, actual: 'nothing' }));
    return null;
  }
  const actual = hash('sha256', evidence, 'hex');
  if (actual === evidenceSha256) {
    tally.holds('evidence.as-received');
    return evidence;
  }
  tally.found(finding('evidence.altered', subject, { expected: evidenceSha256, actual }));
  return null;
}

async function judgeAgain(
  said: Body,
  kept: FoundAppraisal,
  evidence: Uint8Array,
  audit: AppraisalAudit,
): Promise<void> {
  const { tally, replays, document } = audit;
  const subject = `session ${said.sessionId}`;
  const what = 'appraisals.judged-again';
  const { inputs } = kept;
  if (said.inputsSha256 === undefined) {
    return tally.unchecked(what, 'recorded before it was kept what an appraisal is judged by', subject);
  }
  if (inputs === null) return tally.found(finding('inputs.absent', subject, { expected: said.inputsSha256 }));
  const actual = inputsDigest(inputs);
  if (actual !== said.inputsSha256) {
    return tally.found(finding('inputs.altered', subject, { expected: said.inputsSha256, actual }));
  }
  if (!replays) return tally.unchecked(what, 'not asked for', subject);
  const trust: EffectiveTrust | null = await audit.trust.of(said.trustInputs);
  if (trust === null) return tally.unchecked(what, 'a trust input is not as it was recorded', subject);
  try {
    const members = await replayAppraisal({ answer: kept.answer, inputs, evidence }, trust, document);
    if (members.length === 0) tally.holds(what);
    else tally.found(diverges('appraisal.diverges', subject, members));
  } catch (error) {
    if (error instanceof DocumentAbsent) {
      return tally.unchecked(what, 'a document is not as it was recorded', subject);
    }
    throw error;
  }
}
