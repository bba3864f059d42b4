import { finding } from '../../record/audit/findings.ts';
import { compareHistory } from '../../record/audit/history.ts';
import { RecordError } from '../../record/errors.ts';
import { parseVerifierKey } from '../../record/note.ts';
import type { Opening } from '../../record/origin.ts';
import { readTree } from '../../record/tile-reader.ts';
import { auditLog, type LogAudit } from '../../service/audit/audit-log.ts';
import { type KnownTree, readOpenings } from '../../service/audit/origins.ts';
import { Past } from '../../service/audit/past.ts';
import type { AuditSource } from '../../service/audit/source.ts';
import { Tally, type TallyState } from '../../service/audit/tally.ts';
import { fileSource, textOf } from './file-source.ts';
import type { Files } from './files.ts';
import { type Mirror, mirrorFiles } from './mirror.ts';
import { hexOf, type MirrorState, readState, treeOf, writeFile, writeState } from './mirror-state.ts';
import { type Head, readHead, type TrustedKeys } from './read-head.ts';

export type AuditRun = {
  /** Files, or a database. */
  readonly source: { readonly files: Files } | { readonly database: AuditSource };
  /** Where what was read is kept; null for an audit that leaves nothing. */
  readonly mirror: string | null;
  readonly keys: TrustedKeys;
  /** Trees that others were shown, their signatures verified. */
  readonly known: readonly KnownTree[];
  readonly replays: boolean;
  /** Reads everything again, whatever was read before. */
  readonly whole: boolean;
  readonly at: Date;
  readonly onProgress: (done: number, size: number) => void;
};

/** A name that the log had: how many of its leaves are there, of how many that were published. */
type FormerName = {
  readonly origin: string;
  readonly leaves: number;
  readonly published: number;
  readonly reason: string;
};

export type AuditReport = TallyState & {
  readonly source: string;
  readonly at: string;
  readonly origin: string | null;
  readonly checkpoint: {
    readonly size: number;
    readonly root: string;
    readonly cosignedBy: readonly string[];
  } | null;
  /** How the log came by its name, where it was restored behind what it had published. */
  readonly openings: readonly FormerName[];
  /** Leaves that an earlier audit had read, under a tree that this one grew out of. */
  readonly readBefore: number;
  readonly verdict: 'holds' | 'diverges';
};

/** Bundles between two notes of how far we are. */
const NOTE_EVERY = 64;

/** One audit, from where the last one stopped. */
export async function runAudit(run: AuditRun): Promise<AuditReport> {
  const { source, mirror: folder, keys, at } = run;
  const direct = 'files' in source ? fileSource(source.files) : source.database;
  const tally = new Tally();
  const head = await readHead(direct, keys, folder, tally);
  const openings = head === null ? [] : await openingsOf(direct, head, keys, tally);
  const state = folder === null || run.whole ? null : await readState(folder);
  if (head === null) return reportOf(direct, at, { head, openings }, tally, 0);
  const grown = state === null ? null : await grewFrom(direct, head, state);
  // Another history than the one that was mirrored: nothing of the mirror speaks of it, and nothing of it goes there.
  const mirror =
    grown === false || folder === null || !('files' in source) ? null : mirrorFiles(folder, source.files);
  const goesOn = grown === true && state !== null && state.replays === run.replays ? state : null;
  const audit: LogAudit = {
    tree: head,
    origin: head.origin,
    openings,
    known: [...run.known, ...head.known, ...unlessKnown(state, head.known)],
    from: goesOn?.bundles ?? 0,
    tally: new Tally(goesOn?.tally),
    past: new Past(goesOn?.past),
    replays: run.replays,
  };
  const audited = mirror === null ? direct : { ...fileSource(mirror), name: direct.name };
  const note = noterOf(run, { head, audit, mirror, mayNote: grown !== false });
  await auditLog(audited, { ...audit, onBundle: note.onBundle, onRead: note.onRead });
  return reportOf(direct, at, { head, openings }, together(audit.tally, tally), audit.from * 256);
}

/** The log's names. One that it goes by against what the auditor knows is explained by them, or is another key's. */
async function openingsOf(
  direct: AuditSource,
  head: Head,
  { log }: TrustedKeys,
  tally: Tally,
): Promise<readonly Opening[]> {
  const key = head.key === null ? log : parseVerifierKey(head.key);
  const tree = readTree(head, direct.log.tile);
  const openings = await readOpenings(direct, tree, key?.publicKey ?? null, tally);
  const { formerName: former } = head;
  if (former === undefined || openings.some(({ predecessor }) => predecessor.origin === former))
    return openings;
  tally.found(finding('log.origin-unexplained', `name ${head.origin}`, { expected: former }));
  return openings;
}

/** @returns whether the tree that is served now grew out of the one that was mirrored; its tiles may be wrong, and say nothing then */
async function grewFrom(direct: AuditSource, head: Head, state: MirrorState): Promise<boolean> {
  try {
    const tree = readTree(head, direct.log.tile);
    return (await compareHistory(tree, treeOf(state), 'the mirror')) === null;
  } catch (error) {
    if (error instanceof RecordError) return false;
    throw error;
  }
}

/** What was read up to an end in between may be of a later tree than the last checkpoint that was kept. */
function unlessKnown(state: MirrorState | null, known: readonly KnownTree[]): KnownTree[] {
  if (state === null || known.some(({ size, root }) => size === state.size && hexOf(root) === state.root))
    return [];
  const name = state.origin === '' ? {} : { origin: state.origin };
  return [{ ...treeOf(state), ...name, whose: 'the mirror' }];
}

/** What the tree showed, and what was found of its checkpoint and keys, which is asked anew each time. */
function together(ofTree: Tally, ofHead: Tally): Tally {
  const all = new Tally(ofTree.state());
  const { holds, findings, unchecked } = ofHead.state();
  for (const [check, count] of Object.entries(holds)) all.holds(check, count);
  for (const one of findings) all.found(one);
  for (const one of unchecked) all.unchecked(one.what, one.reason, one.examples[0] ?? '', one.count);
  return all;
}

type Noting = {
  readonly head: Head;
  readonly audit: LogAudit;
  readonly mirror: Mirror | null;
  readonly mayNote: boolean;
};

function noterOf(
  run: AuditRun,
  { head, audit, mirror, mayNote }: Noting,
): Required<Pick<LogAudit, 'onBundle' | 'onRead'>> {
  const { mirror: folder } = run;
  const { tally, past } = audit;
  const note = (leaves: number): void => {
    if (folder === null || !mayNote) return;
    // The last bundle is read again once it is full.
    const bundles = Math.floor(leaves / 256);
    writeState(folder, {
      format: 'sextant-audit-state/4',
      origin: head.origin ?? '',
      size: head.size,
      root: hexOf(head.root),
      bundles,
      replays: run.replays,
      tally: whole.tally,
      past: whole.past,
    });
  };
  const whole = { tally: tally.state(), past: past.state() };
  return {
    onBundle: async (done, size, isSound) => {
      run.onProgress(done, size);
      if (isSound) await mirror?.keep();
      else await mirror?.reject(Math.ceil(done / 256) - 1, size);
      if (folder === null || done % 256 !== 0) return;
      if (done % (256 * NOTE_EVERY) !== 0 && done + 256 <= size) return;
      Object.assign(whole, { tally: tally.state(), past: past.state() });
      note(done);
    },
    onRead: async () => {
      await mirror?.keep();
      if (folder === null || !mayNote) return;
      note(head.size);
      if (head.note !== null) writeFile(folder, 'checkpoint', head.note);
      if (head.key !== null) writeFile(folder, 'key', `${head.key}\n`);
      const origins = 'files' in run.source ? textOf(await run.source.files.get('origins')) : null;
      if (origins !== null) writeFile(folder, 'origins', origins);
    },
  };
}

function reportOf(
  { name }: AuditSource,
  at: Date,
  { head, openings }: { readonly head: Head | null; readonly openings: readonly Opening[] },
  tally: Tally,
  readBefore: number,
): AuditReport {
  const state = tally.state();
  return {
    source: name,
    at: at.toISOString(),
    origin: head?.origin ?? null,
    checkpoint:
      head === null ? null : { size: head.size, root: hexOf(head.root), cosignedBy: head.cosignedBy },
    readBefore,
    openings: openings.map(({ leafIndex, predecessor, reason }) => {
      const { origin, publishedSize: published } = predecessor;
      return { origin, leaves: leafIndex, published, reason };
    }),
    ...state,
    verdict: Object.keys(state.found).length === 0 ? 'holds' : 'diverges',
  };
}
