import { authorisationAt } from '../../../policy/register/authorisation.ts';
import type { Period } from './types.ts';

/** The period whose word counts at an instant, by the rule that decisions go by; null where none does, or it is over. */
export function countingAt(periods: readonly Period[], at: Date): Period | null {
  const read = periods
    .filter(({ withdrawnAt }) => withdrawnAt === null)
    .map(({ from, until, tier, governmentAgreement, leafIndex }) => ({
      order: leafIndex,
      from: new Date(from),
      until: until === null ? null : new Date(until),
      tier,
      governmentAgreement,
    }));
  const { period } = authorisationAt(read, at);
  if (period === null || (period.until !== null && period.until <= at)) return null;
  return periods.find(({ leafIndex }) => leafIndex === period.order) ?? null;
}
