import type { Weighed } from '../policy/weighed.ts';
import type { Reason } from '../protocol/reason.ts';
import { judgeAllocation } from './judge-allocation.ts';
import { judgeLeases, uncountable } from './judge-leases.ts';

/** Every reason that the ledger has against a decision, by what it weighed of it; chips that it could not count deny. */
export function ledgerReasons({
  action,
  licence,
  ledger,
}: Pick<Weighed, 'action' | 'licence' | 'ledger'>): readonly Reason[] {
  if (action === 'allocate') {
    return ledger.allocation === null
      ? [uncountable(licence.id)]
      : judgeAllocation(ledger.allocation).reasons;
  }
  return ledger.leases === null ? [uncountable(licence.id)] : judgeLeases(ledger.leases).reasons;
}
