import type { Facts } from '../protocol/facts.ts';
import { hostTeeFacts, hostTpmFacts } from './facts.ts';
import type { OfflineReferenceSet } from './reference-set.ts';

/**
 * The facts of a host by what it enrolled by and the sets that it matches.
 *
 * A guest that shows itself beside a TPM, and matches a set, makes the host `tee`, never `sealed`: a TPM's quote can be
 * relayed into a guest that stands elsewhere, so that the guest's sealed keys prove nothing about the TPM's place.
 */
export function factsOfHost(
  enrolledBy: 'tpm' | 'tee',
  matched: readonly Pick<OfflineReferenceSet, 'kind' | 'sealed'>[],
): Facts {
  const guests = matched.filter(({ kind }) => kind !== 'tpm-pcrs');
  if (enrolledBy === 'tpm') {
    const facts = hostTpmFacts(matched.length > guests.length);
    return guests.length > 0 ? { ...facts, host: 'tee' } : facts;
  }
  if (guests.length === 0) return hostTeeFacts('none');
  return hostTeeFacts(guests.some(({ sealed }) => sealed) ? 'sealed' : 'matched');
}
