import { z } from 'zod';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { canonicalDigest, contentDigest } from '../../evidence/digest.ts';
import { finding } from '../../record/audit/findings.ts';
import type { OpenAct } from './open-act.ts';
import type { Past } from './past.ts';
import type { FoundDecision, RecordSource } from './source.ts';
import type { Tally } from './tally.ts';

/** What this reads of a decision's act. */
const body = z.object({
  decisionId: z.string(),
  outcome: z.enum(['allow', 'deny']),
  answerSha256: z.string(),
  inputSha256: z.string().nullable().optional(),
});

/** What this reads of the answer. */
const answer = z.object({
  devices: z.array(
    z.object({ id: z.string(), allowed: z.boolean(), evidenceIssuedAt: z.string().nullable() }),
  ),
});

const MAX_ANSWER = { maxBytes: 64 * 1024 * 1024, maxNodes: 10_000_000 };

export type DecisionAudit = {
  readonly records: Pick<RecordSource, 'decision'>;
  readonly tally: Tally;
  readonly past: Past;
};

/**
 * Holds a kept decision against its act, and asks of each device that it allowed whether there is accepted evidence that
 * answers a nonce of the instant that it names. Answers whether the kept decision is the act's own.
 */
export async function checkDecision(act: OpenAct, { records, tally, past }: DecisionAudit): Promise<boolean> {
  const { decisionId, answerSha256, inputSha256 } = body.parse(act.body);
  const subject = `decision ${decisionId}`;
  const kept = await records.decision(decisionId);
  if (kept === undefined) {
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
  checkInputs(kept, inputSha256 ?? null, subject, tally);
  checkEvidence(kept.answer, subject, { tally, past });
  return kept.leafIndex === act.leafIndex;
}

function checkInputs({ inputs }: FoundDecision, sha256: string | null, subject: string, tally: Tally): void {
  if (sha256 === null) {
    tally.unchecked('decisions.decided-again', 'recorded before it was kept what a decision weighs', subject);
  } else if (inputs === null) tally.found(finding('inputs.absent', subject, { expected: sha256 }));
  else {
    const actual = canonicalDigest('decision-input', inputs);
    if (actual !== sha256) tally.found(finding('inputs.altered', subject, { expected: sha256, actual }));
    else tally.unchecked('decisions.decided-again', 'this version does not decide again', subject);
  }
}

function checkEvidence(text: string, subject: string, { tally, past }: Omit<DecisionAudit, 'records'>): void {
  const { devices } = answer.parse(JSON.parse(text));
  for (const { id, allowed, evidenceIssuedAt } of devices) {
    if (!allowed || evidenceIssuedAt === null) continue;
    const found = past.hasEvidenceOf(evidenceIssuedAt);
    if (found === true) tally.holds('decisions.on-evidence');
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
