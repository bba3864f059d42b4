import type { DecisionCode } from '../../policy/reasons.ts';
import type { Decision } from '../../protocol/decision.ts';
import type { Reason } from '../../protocol/reason.ts';

const TAKEN: ReadonlySet<string> = new Set<DecisionCode>([
  'quota.exhausted',
  'ledger.tpp-exceeded',
  'ledger.quantity-exceeded',
]);

/**
 * What speaks against something that was allowed before, judged anew: what it takes was taken when it was first asked for, so that
 * nothing is left for more says nothing against it.
 */
export function reasonsAgainst({ reasons }: Pick<Decision, 'reasons'>): readonly Reason[] {
  return reasons.filter(({ code }) => !TAKEN.has(code));
}
