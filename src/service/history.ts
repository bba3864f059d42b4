import { DEFAULT_PAGE } from '../protocol/page.ts';
import { appraisalsBefore, decisionsBefore, licenceDecisionsBefore } from '../store/attestation/histories.ts';
import { visibleTenant } from './access/visibility.ts';
import type { Context } from './context.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { requireVisibleHost } from './host/hosts.ts';
import type { Page, PageRequest } from './page.ts';
import type { Principal } from './principal.ts';

export type AppraisalRow = Awaited<ReturnType<typeof listAppraisals>>['items'][number];
export type DecisionRow = Awaited<ReturnType<typeof listDecisions>>['items'][number];

/** What a host's submissions came to, newest first. @throws RequestError `not_found`, also for another tenant's host */
export async function listAppraisals(context: Context, by: Principal, hostId: string, page: PageRequest) {
  return context.store.read(async (view) => {
    await requireVisibleHost(view, by, hostId);
    return newestFirst(
      'appraisals',
      page,
      (before) => view.all(appraisalsBefore, { ...before, hostId }),
      ({ session_id }) => session_id,
    );
  });
}

export type DecisionsWanted = PageRequest & {
  readonly licenceId?: string | undefined;
  readonly outcome?: 'allow' | 'deny' | undefined;
};

/** Decisions that are on record, newest first; dry runs leave none. */
export async function listDecisions(context: Context, by: Principal, wanted: DecisionsWanted) {
  const { licenceId, outcome = '' } = wanted;
  const tenant = visibleTenant(by) ?? '';
  return context.store.read((view) =>
    newestFirst(
      'decisions',
      wanted,
      (before) =>
        licenceId === undefined
          ? view.all(decisionsBefore, { ...before, tenant, outcome })
          : view.all(licenceDecisionsBefore, { ...before, tenant, outcome, licenceId }),
      ({ id }) => id,
    ),
  );
}

type Before = { readonly beforeMs: number; readonly beforeId: string; readonly limit: number };

async function newestFirst<Row extends { readonly at_ms: number }>(
  list: string,
  { limit = DEFAULT_PAGE, after }: PageRequest,
  read: (before: Before) => Promise<Row[]>,
  idOf: (row: Row) => string,
): Promise<Page<Row>> {
  const { at, id } =
    after === undefined ? { at: Number.MAX_SAFE_INTEGER, id: '' } : readCursor(list, after, 'number');
  const rows = await read({ beforeMs: Number(at), beforeId: id, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, next: last === undefined ? null : writeCursor(list, { at: last.at_ms, id: idOf(last) }) };
}
