import { DEFAULT_PAGE } from '../../protocol/page.ts';
import type { UsageReportTable } from '../../store/ledger/tables.ts';
import { usageReportsOfLicence } from '../../store/ledger/usage.ts';
import type { Context } from '../context.ts';
import { readLicence } from '../licence/licences.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Principal } from '../principal.ts';

/** Reports of usage that were counted under a licence, in the order of their leaves. @throws RequestError `not_found` */
export async function listUsageReports(
  { store }: Context,
  by: Principal,
  licenceId: string,
  { limit = DEFAULT_PAGE, after = '-1' }: PageRequest,
): Promise<Page<UsageReportTable>> {
  return store.read(async (view) => {
    await readLicence(view, by, licenceId);
    const from = /^\d{1,15}$/.test(after) ? Number(after) : -1;
    const rows = await view.all(usageReportsOfLicence, { licenceId, after: from, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? String(items.at(-1)?.leaf_index) : null };
  });
}
