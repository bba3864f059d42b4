import type { Page } from '../service/page.ts';
import { ok, type Reply } from './reply.ts';

/** A page of rows, each presented. */
export function pageReply<Row>({ items, next }: Page<Row>, present: (row: Row) => unknown): Reply {
  return ok({ items: items.map(present), next });
}
