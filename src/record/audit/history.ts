import { equalBytes } from '../../bytes/equal.ts';
import { toHex } from '../../bytes/text.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { rangeNodes, rootOf } from '../merkle.ts';
import type { TreeReader } from '../tile-reader.ts';
import { type Finding, finding } from './findings.ts';

/**
 * Whether a tree begins as an earlier checkpoint said. The roots of the perfect subtrees of the earlier size are read from the
 * tree itself, each proven under its root: no consistency proof of anybody's is needed, and none could mislead.
 *
 * @param before one whose signature was verified
 * @returns `log.rolled-back`, `log.forked`, or nothing
 * @throws what the reader throws where tiles are not those of the tree
 */
export async function compareHistory(
  tree: TreeReader,
  before: Pick<Checkpoint, 'size' | 'root'>,
  whose: string,
): Promise<Finding | null> {
  const shown = ({ size, root }: Pick<Checkpoint, 'size' | 'root'>): string =>
    `${size} leaves, root ${toHex(root)}`;
  if (before.size > tree.size) {
    return finding('log.rolled-back', whose, { expected: `at least ${shown(before)}`, actual: shown(tree) });
  }
  const roots = await tree.nodes(rangeNodes(before.size));
  const root = rootOf({ size: before.size, roots });
  if (equalBytes(root, before.root)) return null;
  return finding('log.forked', whose, {
    expected: shown(before),
    actual: shown({ size: before.size, root }),
  });
}
