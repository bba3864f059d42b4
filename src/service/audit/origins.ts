import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { type Finding, finding } from '../../record/audit/findings.ts';
import { compareHistory } from '../../record/audit/history.ts';
import { type Checkpoint, verifyCheckpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import { rangeNodes, rootOf } from '../../record/merkle.ts';
import { type Opening, readOpening } from '../../record/origin.ts';
import { readTree, type TileSource, type TreeReader } from '../../record/tile-reader.ts';
import { bodyOf } from './act-body.ts';
import { actReader } from './read-act.ts';
import type { AuditSource, FoundAct } from './source.ts';
import type { Tally } from './tally.ts';

/** A tree that somebody was shown before, and by whom. */
export type KnownTree = Pick<Checkpoint, 'size' | 'root'> & {
  readonly whose: string;
  /** The name that it was shown under; absent for the one that the log goes by. */
  readonly origin?: string;
  /** Its tiles, where somebody has kept them. */
  readonly tile?: TileSource;
};

/**
 * Every act with which a log went on under another name (record/origin.ts), shown to stand in the tree, and the leaves before it to be those of the
 * predecessor that it names.
 *
 * @param key null where none is known: what a predecessor signed is then not verified, and no opening believed
 */
export async function readOpenings(
  source: Pick<AuditSource, 'log' | 'acts'>,
  tree: TreeReader,
  key: KeyObject | null,
  tally: Tally,
): Promise<readonly Opening[]> {
  const openings: Opening[] = [];
  for (const found of await source.log.origins()) {
    if (found.leafIndex >= tree.size) continue;
    const subject = `origin opened at leaf ${found.leafIndex}`;
    if (key === null) {
      tally.unchecked('log.origins', 'no key of the log is known', subject);
      continue;
    }
    const opening = await proven(found, tree, key);
    if (typeof opening === 'string')
      tally.found(finding('log.origin-unexplained', subject, { because: opening }));
    else {
      tally.holds('log.origins');
      openings.push(opening);
    }
  }
  return openings;
}

async function proven(found: FoundAct, tree: TreeReader, key: KeyObject): Promise<Opening | string> {
  const { leafIndex, type, atMs, tenant, salt } = found;
  const shown = await actReader({ acts: async () => only(found) }, tree)(leafIndex);
  const body = bodyOf(found.body);
  if (shown === null || body === null) return 'the act is not the one of its leaf';
  try {
    const act = { type, at: new Date(atMs), tenant, salt, body };
    const opening = readOpening(act, leafIndex, { publicKey: key });
    const departed = await compareHistory(tree, opening.predecessor, opening.predecessor.origin);
    return departed === null ? opening : 'the leaves before it are not those that it names';
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return error.message;
    throw error;
  }
}

/** The bundle of an act of which nothing else is shown. */
function only(act: FoundAct): (FoundAct | undefined)[] {
  const bundle: (FoundAct | undefined)[] = [];
  bundle[act.leafIndex % 256] = act;
  return bundle;
}

/** Holds a tree that was shown under an earlier name of the log against the log as it goes on. */
export async function comparePredecessor(
  tree: TreeReader,
  before: KnownTree & { readonly origin: string },
  openings: readonly Opening[],
  tally: Tally,
): Promise<Finding | null> {
  const { whose, size, root, origin } = before;
  const opening = openings.findLast(({ predecessor }) => predecessor.origin === origin);
  if (opening === undefined)
    return finding('log.origin-unexplained', whose, { because: `nothing in the log speaks of ${origin}` });
  const { predecessor } = opening;
  if (size <= predecessor.size) return compareHistory(tree, before, whose);
  if (size > predecessor.publishedSize) {
    const because = `more was published than ${opening.origin} says`;
    const [expected, actual] = [`${size} leaves`, `${predecessor.publishedSize} leaves`];
    return finding('log.rolled-back', whose, { because, expected, actual });
  }
  if (size === predecessor.publishedSize && !isPublished(predecessor, root)) {
    return finding('log.forked', whose, {
      because: `another tree of as many leaves than ${opening.origin} says`,
    });
  }
  const lost = `${size - predecessor.size} leaves of ${origin} are gone: it was restored, and goes on as ${opening.origin}`;
  tally.unchecked('log.lost', lost, whose);
  return beginsAsItSays(before, predecessor);
}

/** By the root in the checkpoint that the opening brings, which was verified when that was read; where it brings none nobody can say. */
function isPublished({ checkpoint }: Opening['predecessor'], root: Uint8Array): boolean {
  const [, , encoded = ''] = (checkpoint ?? '').split('\n');
  return checkpoint === null || equalBytes(Buffer.from(encoded, 'base64'), root);
}

/** By the tiles that the auditor kept of the predecessor: that it had those leaves which the log now begins with. */
async function beginsAsItSays(
  { tile, whose, ...before }: KnownTree,
  { size, root }: Opening['predecessor'],
): Promise<Finding | null> {
  if (tile === undefined) return null;
  try {
    const roots = await readTree(before, tile).nodes(rangeNodes(size));
    if (equalBytes(rootOf({ size, roots }), root)) return null;
    return finding('log.forked', whose, { because: 'the log does not begin as its predecessor did' });
  } catch (error) {
    if (error instanceof RecordError || error instanceof FormatError) return null;
    throw error;
  }
}

/** A signed note as a tree that somebody was shown, under whatever name the key had then. @throws RecordError */
export function knownTreeOf(note: string, publicKey: KeyObject, whose: string): KnownTree {
  const [name = ''] = note.split('\n', 1);
  return { ...verifyCheckpoint(note, { name, publicKey }), whose };
}
