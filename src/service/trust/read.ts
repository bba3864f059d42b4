import type { TrustInputTable } from '../../store/registry/tables.ts';
import { type ListedTrustInput, trustInputSeen, trustInputsSeenAfter } from '../../store/registry/trust.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';
import type { Principal } from '../principal.ts';

/**
 * Trust inputs are nobody's secret: whoever may read any may read all, but for audits of facilities that others operate.
 * @throws RequestError `not_found`
 */
export async function getTrustInput({ store }: Context, by: Principal, id: string): Promise<TrustInputTable> {
  const row = await store.first(trustInputSeen, { id, tenant: visibleTenant(by) ?? '' });
  if (row === undefined) throw new RequestError('not_found', 'no such trust input');
  return row;
}

export async function listTrustInputs(
  { store }: Context,
  by: Principal,
  page: PageRequest,
): Promise<Page<ListedTrustInput>> {
  const tenant = visibleTenant(by) ?? '';
  return pageFrom(page, (range) =>
    store.read((view) => view.all(trustInputsSeenAfter, { ...range, tenant })),
  );
}
