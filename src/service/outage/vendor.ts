import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { noteOutage } from './facility.ts';

/**
 * Passes on why nothing was judged; where a vendor did not answer, that is told for the facility: its outage is every host's of the kind.
 * What a submission was judged without is told by the submission's own unit of work (service/evidence/submit.ts).
 *
 * @throws always, what it was given
 */
export async function noteVendorOutage(context: Context, facilityId: string, error: unknown): Promise<never> {
  if (error instanceof RequestError && error.code === 'collateral_unavailable') {
    const at = context.clock();
    await context.store.write((tx) => noteOutage(context, tx, { facilityId, cause: 'vendor', at }));
  }
  throw error;
}
