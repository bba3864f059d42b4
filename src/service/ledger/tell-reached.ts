import type { Threshold } from '../../ledger/thresholds.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';

export type Reaching = {
  readonly account: string | null;
  /** As `<kind>:<id>`. */
  readonly subject: string;
  readonly tenant: string;
  readonly at: Date;
  /** What made it reach them; null for an authority's adjustment. */
  readonly licenceId: string | null;
  readonly decisionId: string | null;
};

/** Tells of each threshold that an account has just reached, in the unit of work that reaches it. */
export async function tellReached(
  context: Context,
  tx: Tx,
  reached: readonly Threshold[],
  { account, subject, tenant, at, licenceId, decisionId }: Reaching,
): Promise<void> {
  for (const { name, operationsE12 } of reached) {
    const body = { account, threshold: name, operationsE12, licenceId, decisionId };
    await tell(context, tx, { type: 'ledger.threshold-reached', tenant, at, subject, body });
  }
}
