import type { TrustInputTable } from '../../store/registry/tables.ts';
import { trustInputById, trustInputsAfter } from '../../store/registry/trust.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { type Page, type PageRequest, pageFrom } from '../page.ts';

/** Trust inputs are nobody's secret: whoever may read any may read all. @throws RequestError `not_found` */
export async function getTrustInput({ store }: Context, id: string): Promise<TrustInputTable> {
  const row = await store.first(trustInputById, { id });
  if (row === undefined) throw new RequestError('not_found', 'no such trust input');
  return row;
}

export async function listTrustInputs({ store }: Context, page: PageRequest): Promise<Page<TrustInputTable>> {
  return pageFrom(page, (range) => store.read((view) => view.all(trustInputsAfter, range)));
}
