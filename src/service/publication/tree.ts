import { equalBytes } from '../../bytes/equal.ts';
import { rangeNodes, rootOf } from '../../record/merkle.ts';
import { readNodeHashes } from '../../store/log/nodes.ts';
import { readHead, readLogKey } from '../../store/log/statements.ts';
import type { Store, View } from '../../store/port.ts';

/** The first leaves of a log and their root: what a checkpoint says. */
export type Tree = { readonly size: number; readonly root: Uint8Array };

/** What keeps a database's log from being one that begins as trees of it say which somebody was shown. */
export type Departure =
  /** It has fewer leaves. */
  | { readonly kind: 'behind'; readonly has: number; readonly published: number }
  /** It has as many, and other ones. */
  | { readonly kind: 'forked'; readonly at: number }
  /** It goes by another name by now: somebody opened a new origin. */
  | { readonly kind: 'renamed'; readonly origin: string };

/**
 * Whether a log, as the database has it now, begins as each of these trees says. The nodes are read anew, whatever this process remembers of
 * them: a database can be put back while processes go on.
 *
 * @returns the first departure; null where there is none
 * @throws AvailabilityError `store_unavailable`; StoreError `log_inconsistent`
 */
export async function departureFrom(
  store: Store,
  trees: readonly Tree[],
  origin: string,
): Promise<Departure | null> {
  return store.read(async (view) => {
    const key = await view.first(readLogKey, {});
    if (key !== undefined && key.origin !== origin) return { kind: 'renamed', origin: key.origin };
    const has = (await view.first(readHead, {}))?.size ?? 0;
    const shown = Math.max(0, ...trees.map(({ size }) => size));
    if (shown > has) return { kind: 'behind', has, published: shown };
    for (const tree of trees) if (!(await isPart(view, tree))) return { kind: 'forked', at: tree.size };
    return null;
  });
}

async function isPart(view: View, { size, root }: Tree): Promise<boolean> {
  const roots = await readNodeHashes(view, rangeNodes(size));
  return equalBytes(rootOf({ size, roots }), root);
}
