import type { KnowYourCustomerRequest } from '../../protocol/customer.ts';
import type { View } from '../../store/port.ts';
import { insertKnowYourCustomer, knowYourCustomerOf } from '../../store/registry/customers.ts';
import type { KnowYourCustomerTable } from '../../store/registry/entity-tables.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { newIdentifier } from '../identifier.ts';
import type { Principal } from '../principal.ts';
import { readParty } from './parties.ts';

const DAY_MS = 86_400_000;

/** Records that a customer was examined: by whom, when, and where that is filed. @throws RequestError `not_found`, `invalid_request` */
export async function recordKnowYourCustomer(
  context: Context,
  by: Principal,
  partyId: string,
  { reference, dated, reviewer }: KnowYourCustomerRequest,
): Promise<KnowYourCustomerTable> {
  return context.store.write(async (tx) => {
    const { tenant } = await readParty(tx, by, partyId);
    const at = context.clock();
    if (dated > at.toISOString().slice(0, 10)) {
      const where = { path: 'body.dated', actual: dated };
      throw new RequestError('invalid_request', 'nobody was examined on a day that has not come', where);
    }
    const id = newIdentifier('kyc', context);
    const body = { knowYourCustomerId: id, partyId, reference, dated, reviewer, by: by.id };
    const row: KnowYourCustomerTable = {
      id,
      party_id: partyId,
      reference,
      dated,
      reviewer,
      recorded_by: by.id,
      recorded_at_ms: at.getTime(),
      leaf_index: await recordAct(tx, context, { type: 'know-your-customer.recorded', at, tenant, body }),
    };
    await tx.run(insertKnowYourCustomer, row);
    return row;
  });
}

/** The newest first. @throws RequestError `not_found` */
export async function listKnowYourCustomer(context: Context, by: Principal, partyId: string) {
  return context.store.read(async (view) => {
    await readParty(view, by, partyId);
    return view.all(knowYourCustomerOf, { partyId, limit: 200 });
  });
}

/** The newest examination of a party on record; null where there is none. */
export async function knowYourCustomerOfParty(
  view: View,
  partyId: string,
): Promise<KnowYourCustomerTable | null> {
  return (await view.first(knowYourCustomerOf, { partyId, limit: 1 })) ?? null;
}

/** Whole days since the end of the day of a party's newest examination; null where there is none. Of today's, none has passed. */
export async function knowYourCustomerAgeDays(view: View, partyId: string, at: Date): Promise<number | null> {
  const newest = await knowYourCustomerOfParty(view, partyId);
  if (newest === null) return null;
  return Math.max(0, Math.floor((at.getTime() - Date.parse(`${newest.dated}T00:00:00Z`)) / DAY_MS));
}
