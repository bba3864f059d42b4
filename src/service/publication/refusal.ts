import type { Departure } from './tree.ts';

/** Why nothing more is signed. */
export type Refusal =
  | (Departure & { readonly where: string })
  /** What was published before cannot be read. */
  | { readonly kind: 'unreadable'; readonly where: string }
  /** A witness has cosigned other leaves than the log has in their place. */
  | { readonly kind: 'contradicted'; readonly where: string };

/** In words for the operator. */
export function sentenceOf(refusal: Refusal): string {
  const { where } = refusal;
  switch (refusal.kind) {
    case 'behind':
      return `the database has ${refusal.has} leaves, and a checkpoint of ${refusal.published} was published (${where}): it was restored from a backup`;
    case 'forked':
      return `the database does not begin as a checkpoint of ${refusal.at} leaves says that was published (${where})`;
    case 'renamed':
      return `the log goes on as ${refusal.origin}, of which this database or process knows nothing (${where})`;
    case 'unreadable':
      return `${where} is not signed by this log's key: what was published is not known`;
    case 'contradicted':
      return `${where} has cosigned what is no beginning of this log`;
  }
}
