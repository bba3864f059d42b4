import { FormatError } from '../../bytes/errors.ts';
import { compareBundle } from '../../record/audit/compare-bundle.ts';
import { type Finding, finding } from '../../record/audit/findings.ts';
import { compareHistory } from '../../record/audit/history.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import type { Opening } from '../../record/origin.ts';
import { readTree, type TreeReader } from '../../record/tile-reader.ts';
import { TILE_WIDTH, tileNodes, tileWidth } from '../../record/tiles.ts';
import { type ActAudit, checkAct } from './check-acts.ts';
import { checkInventory } from './check-inventory.ts';
import { deletionReader } from './deletions.ts';
import { documentReader } from './document-reader.ts';
import { LeafMarks } from './leaf-marks.ts';
import { comparePredecessor, type KnownTree } from './origins.ts';
import type { Past } from './past.ts';
import { actReader } from './read-act.ts';
import type { AuditSource } from './source.ts';
import { checkHosts } from './state/check-hosts.ts';
import { checkRows } from './state/check-rows.ts';
import type { Tally } from './tally.ts';
import { trustOfDay } from './trust-of-day.ts';

export type LogAudit = {
  /** The tree that is audited: of a checkpoint whose signature was verified, or a database's own head. */
  readonly tree: Pick<Checkpoint, 'size' | 'root'>;
  /** Trees that it must have grown out of, or that it says what became of. */
  readonly known: readonly KnownTree[];
  /** How it came by its name. */
  readonly openings: readonly Opening[];
  /** The name; null for a database of which none is known. */
  readonly origin: string | null;
  /** The first bundle of 256 leaves to read; what lies before was read under one of `known`. */
  readonly from: number;
  readonly tally: Tally;
  readonly past: Past;
  /** Whether appraisals and decisions are judged again. */
  readonly replays: boolean;
  /** After each bundle; what it resolves to is waited for. */
  readonly onBundle?: (done: number, size: number, isSound: boolean) => Promise<void> | void;
  /** Once all leaves are read. */
  readonly onRead?: () => Promise<void> | void;
};

/** Bundles that are asked for ahead of the one that is checked. */
const AHEAD = 4;

/**
 * Reads a log from some bundle to its end: every tile and entry against the root, every act against its leaf, and whatever is
 * kept against its act. What is wrong is told and the rest read on; memory does not grow with the log.
 *
 * What remains unproven: that others are shown this log (give it their checkpoints, or ask for witnesses), and that what acts say
 * is true: the log proves what was said, and when.
 *
 * @throws whatever the source throws where it cannot be read at all
 */
export async function auditLog(source: AuditSource, audit: LogAudit): Promise<void> {
  const { tally, past, from } = audit;
  const tree = readTree(audit.tree, source.log.tile);
  await checkHistory(tree, audit);
  const marks = new LeafMarks(tree.size);
  const acts = actAuditOf(source, audit, { marks, tree });
  const bundles = Math.ceil(tree.size / TILE_WIDTH);
  const load = (index: number): Promise<Bundle> => {
    const loading = loadBundle(source, tree, index, tally);
    // Waited for in its turn; where an earlier one fails nobody waits for it any more.
    loading.catch(() => {});
    return loading;
  };
  const ahead: Promise<Bundle>[] = [];
  for (let next = from; next < Math.min(from + AHEAD, bundles); next++) ahead.push(load(next));
  for (let index = from; index < bundles; index++) {
    const bundle = await ahead.shift();
    if (index + AHEAD < bundles) ahead.push(load(index + AHEAD));
    if (bundle === undefined) break;
    const isSound = await checkBundle(bundle, acts);
    await audit.onBundle?.(Math.min(tree.size, (index + 1) * TILE_WIDTH), tree.size, isSound);
  }
  await audit.onRead?.();
  const inventory = source.records?.inventory;
  if (inventory) {
    const range = { from: from * TILE_WIDTH, size: tree.size };
    await checkInventory(inventory, { ...range, marks, past, tally });
  }
  const { state = null } = source.records ?? {};
  if (source.records !== null && state !== null) {
    const isWhole = marks.opened === tree.size - from * TILE_WIDTH;
    await checkRows({ state, readAct: actReader(source, tree), past, tally, isWhole });
    const { appraisal } = source.records;
    await checkHosts({ state, appraisal, past, tally, isWhole });
  }
}

async function checkHistory(tree: TreeReader, audit: LogAudit): Promise<void> {
  const { known, tally } = audit;
  for (const before of known) {
    try {
      const found = await compareKnown(tree, before, audit);
      tally.found(found);
      if (found === null) tally.holds('log.grew-from-checkpoints');
    } catch (error) {
      tellTile(error, tally);
      tally.unchecked('log.grew-from-checkpoints', 'the tree could not be read', before.whose);
    }
  }
}

async function compareKnown(
  tree: TreeReader,
  before: KnownTree,
  { origin, openings, tally }: LogAudit,
): Promise<Finding | null> {
  const { origin: name = origin } = before;
  // Of a database whose name nobody said: it is whichever one does not lead to another.
  const isFormer = openings.some(({ predecessor }) => predecessor.origin === name);
  if (name === null || (!isFormer && (origin === null || name === origin)))
    return compareHistory(tree, before, before.whose);
  return comparePredecessor(tree, { ...before, origin: name }, openings, tally);
}

function actAuditOf(
  source: AuditSource,
  audit: LogAudit,
  { marks, tree }: { readonly marks: LeafMarks; readonly tree: TreeReader },
): ActAudit {
  const { records } = source;
  const { tally, past, replays } = audit;
  if (records === null) return { records: null, past, tally, marks, tree };
  const document = documentReader(records, tally);
  const trust = trustOfDay(records, tally);
  const readAct = actReader(source, tree);
  const deletions = deletionReader(records, readAct);
  return {
    records: { records, document, trust, deletions, readAct, tally, past, replays },
    past,
    tally,
    marks,
    tree,
  };
}

type Bundle = {
  readonly index: number;
  readonly width: number;
  /** Null where tiles are missing or wrong. */
  readonly leaves: readonly Uint8Array[] | null;
  readonly entries: Awaited<ReturnType<AuditSource['log']['entries']>>;
  readonly acts: Awaited<ReturnType<NonNullable<AuditSource['acts']>>> | null;
};

async function loadBundle(
  source: AuditSource,
  tree: TreeReader,
  index: number,
  tally: Tally,
): Promise<Bundle> {
  const width = tileWidth('entries', index, tree.size);
  const [leaves, entries, acts] = await Promise.all([
    Promise.resolve(tree.nodes(tileNodes({ level: 'entries', index, width }))).catch((error: unknown) => {
      tellTile(error, tally);
      return null;
    }),
    source.log.entries(index, width),
    source.acts === null ? null : source.acts(index, width),
  ]);
  return { index, width, leaves, entries, acts };
}

async function checkBundle(
  { index, width, leaves, entries, acts }: Bundle,
  audit: ActAudit,
): Promise<boolean> {
  const { tally } = audit;
  const subject = `leaves from ${index * TILE_WIDTH}`;
  if (leaves === null) tally.unchecked('leaves', 'a tile above them is missing or wrong', subject, width);
  if (entries === undefined) tally.found(finding('log.tile-absent', `entries of ${subject}`));
  const wrong = leaves === null || entries === undefined ? [] : compareBundle(index, leaves, entries);
  for (const one of wrong) tally.found(one);
  if (leaves !== null && entries !== undefined) tally.holds('leaves', Math.max(0, width - wrong.length));
  const named = new Set(wrong.map((one) => one.subject));
  if (acts === null)
    tally.unchecked('acts.opened', 'only the public half of the log is at hand', subject, width);
  for (let place = 0; acts !== null && place < width; place++) {
    const leafIndex = index * TILE_WIDTH + place;
    if (!named.has(`leaf ${leafIndex}`))
      await checkAct(acts[place], leafIndex, leaves?.[place] ?? null, audit);
  }
  return leaves !== null && entries !== undefined && wrong.length === 0;
}

/** @throws what does not speak of the tiles themselves */
function tellTile(error: unknown, tally: Tally): void {
  if (!(error instanceof RecordError || error instanceof FormatError)) throw error;
  const { path = 'a tile', expected = '', actual = '' } = error;
  const code = error.code === 'tile_absent' ? 'log.tile-absent' : 'log.tile-altered';
  tally.found(finding(code, path, { expected, actual }));
}
