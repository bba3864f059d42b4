import { hash } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseJson } from '../../bytes/json.ts';
import { toUtf8 } from '../../bytes/text.ts';

/** One thing that was deleted by rule: what it was, its name, and the leaf of the act that tells of it; null where none does. */
export type DeletedItem = readonly [kind: string, id: string, leafIndex: number | null];

const LIMITS = { maxBytes: 1 << 20, maxNodes: 50_000 };

/** The list of what went, as it is kept and hashed: JSON, made once. */
export function deletedItemsText(items: readonly DeletedItem[]): string {
  return JSON.stringify(items);
}

/** How the act of a deletion names its list: SHA-256, domain `deletion`, lower-case hexadecimal. */
export function deletedItemsDigest(text: string): string {
  return hash('sha256', domain('deletion', toUtf8(text, 'items')), 'hex');
}

/** @throws FormatError for what is no such list */
export function parseDeletedItems(text: string): readonly DeletedItem[] {
  const value = parseJson(text, LIMITS);
  if (!Array.isArray(value))
    throw new FormatError('bad_value', 'no list of what was deleted', { path: 'items' });
  return value.map((item, place): DeletedItem => {
    const [kind, id, leafIndex = null, ...rest] = Array.isArray(item) ? item : [];
    const isLeaf = leafIndex === null || (Number.isSafeInteger(leafIndex) && Number(leafIndex) >= 0);
    if (typeof kind === 'string' && typeof id === 'string' && isLeaf && rest.length === 0)
      return [kind, id, leafIndex === null ? null : Number(leafIndex)];
    throw new FormatError('bad_value', 'neither kind, id nor leaf', { path: `items[${place}]` });
  });
}
