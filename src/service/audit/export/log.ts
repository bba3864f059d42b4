import { toBase64Url } from '../../../bytes/text.ts';
import { inclusionProof } from '../../../record/inclusion.ts';
import type { TreeReader } from '../../../record/tile-reader.ts';
import { TILE_WIDTH, tileWidth } from '../../../record/tiles.ts';
import { formatTlogProof } from '../../../record/tlog-proof.ts';
import type { AuditSource } from '../source.ts';
import { entryOfFound } from '../store-source.ts';
import { type ExportFiles, text } from './files.ts';

/**
 * An act with the proof of its place, as C2SP's tools read it; without a signed checkpoint (of a database alone) there is none.
 * Undefined where the act is not shown.
 *
 * @throws RecordError where tiles are not those of the tree
 */
export async function exportAct(
  { acts }: Pick<AuditSource, 'acts'>,
  tree: TreeReader,
  checkpoint: string | null,
  leafIndex: number,
): Promise<ExportFiles | undefined> {
  const bundle = Math.floor(leafIndex / TILE_WIDTH);
  const found = (await acts?.(bundle, tileWidth('entries', bundle, tree.size)))?.[leafIndex % TILE_WIDTH];
  const entry = entryOfFound(found);
  if (found === undefined || entry === undefined) return undefined;
  const { type, atMs, tenant, body, salt } = found;
  const act = {
    ...{ leafIndex, type, at: new Date(atMs).toISOString(), tenant },
    ...{ body: JSON.parse(body) as unknown, salt: toBase64Url(salt) },
  };
  const files: ExportFiles = new Map([
    ['entry', entry],
    ['act.json', text(`${JSON.stringify(act, null, 2)}\n`)],
  ]);
  if (checkpoint === null) return files;
  const proof = await inclusionProof(leafIndex, tree.size, tree.nodes);
  return files.set('act.tlog-proof', text(formatTlogProof({ index: leafIndex, proof, checkpoint })));
}
