import { canonicalPlainJson } from '../../bytes/canonical-json.ts';
import { canonicalDigest } from '../../evidence/digest.ts';
import type { DecisionRequest } from '../../protocol/decision.ts';
import { decisionStanding, noteDecision } from '../../store/events/standing.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from './tell.ts';

type Flip = {
  readonly licence: { readonly id: string; readonly tenant: string };
  readonly request: Pick<DecisionRequest, 'action' | 'devices' | 'chips'>;
  readonly decision: {
    readonly id: string;
    readonly outcome: 'allow' | 'deny';
    readonly reasons: readonly { readonly code: string }[];
  };
  readonly at: Date;
};

/**
 * Tells where the recorded answer to a question about a licence is another than the last: allowed before and denied now, or the
 * other way round. The first answer flips nothing. In the unit of work that records the decision.
 */
export async function tellFlip(
  context: Context,
  tx: Tx,
  { licence, request, decision, at }: Flip,
): Promise<void> {
  // Another question may well have another answer.
  const { action, devices, chips } = request;
  const asked = canonicalPlainJson({ action, devices: devices?.toSorted(), chips });
  const key = { licenceId: licence.id, question: canonicalDigest('decision-question', asked) };
  const before = await tx.first(decisionStanding, key);
  if (before?.outcome === decision.outcome) return;
  const { id, outcome, reasons } = decision;
  await tx.run(noteDecision, { licence_id: licence.id, question: key.question, outcome, decision_id: id });
  if (before === undefined) return;
  const codes = [...new Set(reasons.map(({ code }) => code))];
  await tell(context, tx, {
    type: 'decision.flipped',
    tenant: licence.tenant,
    at,
    subject: `licence:${licence.id}`,
    body: { decisionId: id, outcome, reasons: codes, previousDecisionId: before.decision_id },
  });
}
