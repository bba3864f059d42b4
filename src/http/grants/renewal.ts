import type { RenewalAnswer, RenewalRequest } from '../../protocol/grant.ts';
import type { Context } from '../../service/context.ts';
import { AvailabilityError } from '../../service/errors.ts';
import type { Renewal } from '../../service/grant/renew.ts';
import { getStatusList } from '../../service/grant/status-list.ts';
import { cosignedReceiptOf } from '../receipted.ts';
import { presentIssued } from './present.ts';

/**
 * What a host is told: its grant with everything that a license server asks for, or why it has none. The grant is issued and durable by
 * now: a store that cannot be read just then must not make it look undone, so the answer goes out without the rest.
 */
export async function presentRenewal(
  context: Context,
  renewal: Renewal,
  { licenceId, witnesses }: Pick<RenewalRequest, 'licenceId' | 'witnesses'>,
): Promise<RenewalAnswer> {
  if (renewal.outcome === 'denied') {
    const { id, reasons } = renewal.decision;
    return { outcome: 'denied', licenceId, decisionId: id, grant: null, statusList: null, reasons };
  }
  const { grant } = renewal;
  return {
    outcome: 'granted',
    licenceId,
    decisionId: grant.decision_id,
    grant: presentIssued(grant),
    statusList: await statusList(context, grant.list),
    reasons: [],
    ...(await cosignedReceiptOf(context, grant.leaf_index, witnesses)),
  };
}

async function statusList(context: Context, list: number): Promise<string | null> {
  try {
    return (await getStatusList(context, list)).token;
  } catch (error) {
    if (error instanceof AvailabilityError) return null;
    throw error;
  }
}
