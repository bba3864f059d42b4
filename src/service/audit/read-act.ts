import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { RecordError } from '../../record/errors.ts';
import { leafHash, type NodeId } from '../../record/merkle.ts';
import type { TreeReader } from '../../record/tile-reader.ts';
import { TILE_WIDTH, tileNodes, tileWidth } from '../../record/tiles.ts';
import { bodyOf } from './act-body.ts';
import type { OpenAct } from './open-act.ts';
import type { AuditSource } from './source.ts';
import { entryOfFound } from './store-source.ts';

/** Any act by its leaf, shown to be that leaf's; null where it is not shown, or is none of this tree. */
export type ActReader = (leafIndex: number) => Promise<OpenAct | null>;

/** Bundles at hand: what was deleted together lies close together. */
const BUNDLES = 4;

/** Reads acts out of their order, for what speaks of others: each is held against the tree like every other. */
export function actReader({ acts }: Pick<AuditSource, 'acts'>, tree: TreeReader): ActReader {
  const bundles = new Map<number, ReturnType<NonNullable<typeof acts>>>();
  return async (leafIndex) => {
    if (acts === null || leafIndex >= tree.size) return null;
    const index = Math.floor(leafIndex / TILE_WIDTH);
    const width = tileWidth('entries', index, tree.size);
    const bundle = bundles.get(index) ?? acts(index, width);
    bundles.set(index, bundle);
    const [oldest] = bundles.keys();
    if (bundles.size > BUNDLES && oldest !== undefined) bundles.delete(oldest);
    const found = (await bundle)[leafIndex % TILE_WIDTH];
    const entry = entryOfFound(found);
    if (found === undefined || entry === undefined) return null;
    const place = tileNodes({ level: 'entries', index, width })[leafIndex % TILE_WIDTH];
    const leaf = place === undefined ? null : await leafAt(tree, place);
    if (leaf === null || !equalBytes(leafHash(entry), leaf)) return null;
    const body = bodyOf(found.body);
    const { type, atMs, tenant } = found;
    return body === null ? null : { leafIndex, type, atMs, tenant, body };
  };
}

/** Null where a tile above it is missing or wrong: that is told where the leaf itself is read. */
async function leafAt(tree: TreeReader, place: NodeId): Promise<Uint8Array | null> {
  try {
    return (await tree.nodes([place]))[0] ?? null;
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return null;
    throw error;
  }
}
