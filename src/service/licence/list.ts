import type { LicenceSort, LicenceStatusName } from '../../protocol/licence-list.ts';
import { DEFAULT_PAGE } from '../../protocol/page.ts';
import {
  type LicenceAnswerValues,
  type LicenceQuestion,
  licenceCount,
  licencePage,
} from '../../store/attestation/licence-lists.ts';
import type { View } from '../../store/port.ts';
import { visibleTenant } from '../access/visibility.ts';
import type { Context } from '../context.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Principal } from '../principal.ts';
import { beginningOf, partOf } from '../search.ts';

type LicencesWanted = PageRequest & {
  readonly status?: LicenceStatusName | undefined;
  readonly search?: string | undefined;
  readonly sort?: LicenceSort | `-${LicenceSort}` | undefined;
  readonly count?: 'true' | undefined;
};

/** A row of the list: a licence, and how it stood at the last look. */
type ListedLicence = Awaited<ReturnType<typeof readPage>>[number];

type LicenceList = Page<ListedLicence> & {
  /** Where it was asked for. */
  readonly count: number | null;
};

/**
 * The licences that a principal may see, as asked, of one snapshot.
 *
 * @throws RequestError `invalid_request` for a cursor of another list
 */
export async function listLicences(
  { store }: Context,
  by: Principal,
  wanted: LicencesWanted,
): Promise<LicenceList> {
  const { limit = DEFAULT_PAGE, sort = 'id', status = null, search } = wanted;
  const tenant = visibleTenant(by);
  const question = { status, ofTenant: tenant !== null, sought: search !== undefined };
  const values = { tenant: tenant ?? '', begins: beginningOf(search ?? ''), holds: partOf(search ?? '') };
  return store.read(async (view) => {
    const rows = await readPage(view, { question, values, wanted, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const counted = wanted.count === 'true' ? await view.first(licenceCount(question), values) : null;
    return {
      items,
      next: last === undefined ? null : cursorOf(sort, last),
      count: counted === null ? null : (counted?.count ?? 0),
    };
  });
}

type Reading = {
  readonly question: LicenceQuestion;
  readonly values: LicenceAnswerValues;
  readonly wanted: LicencesWanted;
  readonly limit: number;
};

async function readPage(view: View, { question, values, wanted: { sort = 'id', after }, limit }: Reading) {
  const descending = sort.startsWith('-');
  const column = (descending ? sort.slice(1) : sort) as LicenceSort; // one of them, behind a minus or not
  const page = licencePage({ ...question, sort: column, descending, further: after !== undefined });
  return view.all(page, { ...values, ...placeOf(sort, after), limit });
}

/** By age it is the identifier alone, as in every other list. */
function placeOf(
  sort: string,
  after: string | undefined,
): { readonly from: number; readonly fromId: string } {
  if (after === undefined) return { from: 0, fromId: '' };
  if (sort === 'id') return { from: 0, fromId: after };
  const { at, id } = readCursor(sort, after, 'number');
  return { from: at, fromId: id };
}

function cursorOf(sort: string, { id, suspends_key }: ListedLicence): string {
  return sort === 'id' ? id : writeCursor(sort, { at: sort === '-id' ? 0 : suspends_key, id });
}
