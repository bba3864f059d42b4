import type { Page } from '../service/page.ts';
import { ok, type Reply } from './reply.ts';

/** The same, with how many rows there are in all where it was asked for. */
export function countedReply<Row>(
  { items, next, count }: Page<Row> & { readonly count: number | null },
  present: (row: Row) => unknown,
): Reply {
  return ok({ items: items.map(present), next, ...(count === null ? {} : { count }) });
}

/** A page of rows, each presented. */
export function pageReply<Row>({ items, next }: Page<Row>, present: (row: Row) => unknown): Reply {
  return ok({ items: items.map(present), next });
}
