import { visibleTenant } from './access/visibility.ts';
import type { Context } from './context.ts';
import { RequestError } from './errors.ts';
import { receiptFor } from './log.ts';
import type { Principal } from './principal.ts';

/**
 * The receipt of an act, for whoever sees its tenant's rows: a receipt shows the act. To everybody else there is no such
 * leaf.
 * @throws RequestError `not_found`
 */
export async function getReceipt(
  context: Context,
  by: Principal,
  leafIndex: number,
): Promise<Awaited<ReturnType<typeof receiptFor>>> {
  const receipt = await receiptFor(context, leafIndex);
  const tenant = visibleTenant(by);
  if (tenant === null || receipt.act['tenant'] === tenant) return receipt;
  throw new RequestError('not_found', `the log has no leaf ${leafIndex}`);
}
