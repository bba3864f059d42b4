import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { contentDigest } from '../../evidence/digest.ts';
import { finding } from '../../record/audit/findings.ts';
import { DELETED_BY_RULE, type DeletionReader } from './deletions.ts';
import { diverges } from './divergence.ts';
import { keptText } from './kept-text.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import { replayKept } from './replay-decision.ts';
import type { FoundDecision, RecordSource } from './source.ts';
import type { Tally } from './tally.ts';
import type { TrustOfDay } from './trust-of-day.ts';

/** What this reads of a decision's act. */
const body = z.object({
  decisionId: z.string(),
  outcome: z.enum(['allow', 'deny']),
  answerSha256: z.string(),
  inputSha256: z.string().nullable().optional(),
  trustInputs: z.array(z.string()),
});
type Body = z.infer<typeof body>;

/** What this reads of what was weighed (policy/weighed.ts). */
const weighedLicence = z.object({ licence: z.object({ id: z.string(), conditionsSha256: z.string() }) });

/** What this reads of the answer. */
const answer = z.object({
  devices: z.array(
    z.object({ id: z.string(), allowed: z.boolean(), evidenceIssuedAt: z.string().nullable() }),
  ),
});

const MAX_ANSWER = { maxBytes: 64 * 1024 * 1024, maxNodes: 10_000_000 };

export type DecisionAudit = {
  readonly records: Pick<RecordSource, 'decision' | 'weighed'>;
  readonly trust: TrustOfDay;
  readonly deletions: DeletionReader;
  readonly tally: Tally;
  readonly past: Past;
  readonly replays: boolean;
};

/**
 * Holds a kept decision against its act, and asks of each device that it allowed whether there is accepted evidence that
 * answers a nonce of the instant that it names. Answers whether the kept decision is the act's own.
 */
export async function checkDecision(act: OpenAct, audit: DecisionAudit): Promise<boolean> {
  const { records, tally, past } = audit;
  const said = body.parse(act.body);
  const { decisionId, answerSha256 } = said;
  const subject = `decision ${decisionId}`;
  const kept = await records.decision(decisionId);
  if (kept === undefined) {
    const explained = await audit.deletions.of('decision', decisionId, act.leafIndex);
    if (explained !== null) {
      const { until, leafIndex } = explained;
      const shown = `${subject}, kept until ${until} (leaf ${leafIndex})`;
      tally.unchecked('decisions.as-recorded', DELETED_BY_RULE, shown);
      return false;
    }
    tally.found(finding('decision.absent', subject, { expected: `as leaf ${act.leafIndex} records it` }));
    return false;
  }
  const actual = digestOf(kept.answer);
  if (actual !== answerSha256) {
    tally.found(
      finding('decision.altered', subject, { expected: answerSha256, actual: actual ?? 'no JSON' }),
    );
    return kept.leafIndex === act.leafIndex;
  }
  tally.holds('decisions.as-recorded');
  await decideAgain(said, kept, audit);
  checkEvidence(kept.answer, subject, { tally, past });
  return kept.leafIndex === act.leafIndex;
}

async function decideAgain(
  said: Body,
  kept: FoundDecision,
  { records, trust, tally, replays }: DecisionAudit,
): Promise<void> {
  const subject = `decision ${said.decisionId}`;
  const what = 'decisions.decided-again';
  const { inputSha256 = null } = said;
  if (inputSha256 === null) {
    tally.unchecked(what, 'recorded before it was kept what a decision weighs', subject);
    return;
  }
  const input = await keptText(
    records,
    { name: subject, sha256: inputSha256, purpose: 'decision-input' },
    tally,
  );
  if (input === null) return;
  const { licence } = weighedLicence.parse(JSON.parse(input));
  const named = {
    name: `conditions of ${licence.id}`,
    sha256: licence.conditionsSha256,
    purpose: 'licence-conditions',
  };
  const conditions = await keptText(records, named, tally);
  if (conditions === null) return;
  if (!replays) {
    tally.unchecked(what, 'not asked for', subject);
    return;
  }
  const inForce = await trust.of(said.trustInputs);
  if (inForce === null) {
    tally.unchecked(what, 'a trust input is not as it was recorded', subject);
    return;
  }
  const members = replayKept({ answer: kept.answer, input, conditions }, inForce);
  if (members.length === 0) tally.holds(what);
  else tally.found(diverges('decision.diverges', subject, members));
}

function checkEvidence(
  text: string,
  subject: string,
  { tally, past }: Pick<DecisionAudit, 'tally' | 'past'>,
): void {
  const { devices } = answer.parse(JSON.parse(text));
  for (const { id, allowed, evidenceIssuedAt } of devices) {
    if (!allowed || evidenceIssuedAt === null) continue;
    const found = past.hasEvidenceOf(evidenceIssuedAt);
    if (found === true) tally.holds('decisions.on-evidence');
    else if (found === 'deleted') tally.unchecked('decisions.on-evidence', DELETED_BY_RULE, subject);
    else if (found === null) {
      tally.unchecked(
        'decisions.on-evidence',
        'its evidence is older than what was read of the log',
        subject,
      );
    } else {
      const expected = `accepted evidence that answers a nonce of ${evidenceIssuedAt}`;
      tally.found(
        finding('decision.without-evidence', `${subject}, device ${id}`, { expected, actual: 'none' }),
      );
    }
  }
}

function digestOf(text: string): string | null {
  try {
    return contentDigest('decision', parseJson(text, MAX_ANSWER));
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
