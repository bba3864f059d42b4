import { DEFAULT_PAGE } from '../../protocol/page.ts';
import type { View } from '../../store/port.ts';
import { deletionsBefore } from '../../store/retention/deletions.ts';
import type { DeletionTable } from '../../store/retention/tables.ts';
import type { Context } from '../context.ts';

export type ShownDeletion = Omit<DeletionTable, 'items'>;

/** What was deleted by rule, the newest first: of each batch its class, number and act. */
export async function listDeletions(
  { store }: Context,
  {
    limit = DEFAULT_PAGE,
    before = Number.MAX_SAFE_INTEGER,
  }: { limit?: number | undefined; before?: number | undefined },
): Promise<{ readonly items: readonly ShownDeletion[]; readonly next: string | null }> {
  const page = { before, limit: limit + 1 };
  const rows = await store.read((view: View) => view.all(deletionsBefore, page));
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? String(items.at(-1)?.leaf_index ?? 0) : null };
}
