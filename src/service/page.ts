import { DEFAULT_PAGE } from '../protocol/page.ts';

export type PageRequest = { readonly limit?: number | undefined; readonly after?: string | undefined };

export type Page<Row> = { readonly items: readonly Row[]; readonly next: string | null };

/** Reads one row more than asked for, to know whether there is a next page. Identifiers sort by age. */
export async function pageFrom<Row extends { readonly id: string }>(
  { limit = DEFAULT_PAGE, after = '' }: PageRequest,
  read: (range: { readonly after: string; readonly limit: number }) => Promise<Row[]>,
): Promise<Page<Row>> {
  const rows = await read({ after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
