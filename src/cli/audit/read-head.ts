import { join } from 'node:path';
import { finding } from '../../record/audit/findings.ts';
import { type Checkpoint, verifyCheckpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import { formatVerifierKey, type NoteVerifier, parseVerifierKey } from '../../record/note.ts';
import { verifyCosignedCheckpoint, type WitnessPolicy } from '../../record/witness-policy.ts';
import { type KnownTree, knownTreeOf } from '../../service/audit/origins.ts';
import type { AuditSource } from '../../service/audit/source.ts';
import type { Tally } from '../../service/audit/tally.ts';
import { UsageError } from '../failure.ts';
import { textOf } from './file-source.ts';
import { type Files, readIfThere } from './files.ts';

export type TrustedKeys = {
  /** As the auditor has it from elsewhere; null to take the mirror's, or the source's own the first time. */
  readonly log: NoteVerifier | null;
  /** What the source says that its key is. */
  readonly served: Files['get'] | null;
  readonly witnesses: WitnessPolicy | null;
};

/** The tree that is to be audited. */
export type Head = Pick<Checkpoint, 'size' | 'root'> & {
  readonly origin: string | null;
  /** The checkpoint as served; null for a database. */
  readonly note: string | null;
  /** The log's key, as a line. */
  readonly key: string | null;
  readonly cosignedBy: readonly string[];
  /** The name that the auditor knows the log by, where it goes by another with the same key. */
  readonly formerName?: string;
  /** The newest checkpoint that the mirror has. */
  readonly known: readonly KnownTree[];
};

/**
 * The newest checkpoint, its signature verified by the key that the auditor knows the log by; or a database's head. Null where
 * there is none that could be audited, which is then a finding.
 */
export async function readHead(
  source: AuditSource,
  keys: TrustedKeys,
  mirror: string | null,
  tally: Tally,
): Promise<Head | null> {
  const mirrored = mirror === null ? null : textOf(await readIfThere(join(mirror, 'checkpoint')));
  const { log, former } = await keyOf(keys, mirror, tally);
  const tile = mirror === null ? {} : { tile: (path: string) => readIfThere(join(mirror, path)) };
  const known =
    mirrored === null || log === null
      ? []
      : [{ ...treeOfNote(mirrored, log, 'the mirror’s checkpoint'), ...tile }];
  const own = await source.log.head();
  if (own !== null) {
    if (known.length === 0) tally.unchecked('log.signed', 'a database signs nothing', source.name);
    return { ...own, origin: log?.name ?? null, note: null, key: null, cosignedBy: [], known };
  }
  const note = await source.log.checkpoint();
  if (note === null || log === null) {
    throw new UsageError(
      'unreadable',
      `${source.name} serves no ${note === null ? 'checkpoint' : 'key'} of a log`,
    );
  }
  const key = formatVerifierKey(log);
  try {
    const checkpoint = verifyCheckpoint(note, log);
    tally.holds('log.signed');
    const cosignedBy = witnessed(note, log, keys, tally);
    return {
      ...checkpoint,
      note,
      key,
      cosignedBy,
      known,
      ...(former === null ? {} : { formerName: former }),
    };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    tally.found(
      finding('log.signature', `checkpoint of ${source.name}`, { because: error.message, expected: key }),
    );
    return null;
  }
}

/** @throws UsageError `unreadable` where a checkpoint that the auditor brought is not signed by the log */
export function treeOfNote(note: string, log: NoteVerifier, whose: string): KnownTree {
  try {
    return knownTreeOf(note, log.publicKey, whose);
  } catch (cause) {
    if (!(cause instanceof RecordError)) throw cause;
    throw new UsageError(
      'unreadable',
      `${whose} is no checkpoint of ${log.name}`,
      'Compare the keys.',
      cause,
    );
  }
}

function witnessed(
  note: string,
  log: NoteVerifier,
  { witnesses }: TrustedKeys,
  tally: Tally,
): readonly string[] {
  if (witnesses === null) {
    tally.unchecked('log.witnessed', 'no witness was named: others may be shown another log', 'checkpoint');
    return [];
  }
  try {
    const { cosignedBy } = verifyCosignedCheckpoint(note, log, witnesses);
    tally.holds('log.witnessed');
    return cosignedBy.map(({ witness }) => witness);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    const { expected = '', actual = error.message } = error;
    tally.found(finding('log.unwitnessed', 'checkpoint', { expected, actual }));
    return [];
  }
}

async function keyOf(
  { log, served }: TrustedKeys,
  mirror: string | null,
  tally: Tally,
): Promise<{ readonly log: NoteVerifier | null; readonly former: string | null }> {
  const line = async (get: Files['get'] | null): Promise<string | null> =>
    get === null ? null : (textOf(await get('key')) ?? '').trim() || null;
  const kept = mirror === null ? null : await line((path) => readIfThere(join(mirror, path)));
  const shown = await line(served);
  const trusted = log ?? (kept === null ? null : parseVerifierKey(kept));
  if (trusted === null) {
    if (shown === null) return { log: null, former: null };
    tally.unchecked(
      'log.key',
      'it was taken from the source itself: compare it with what is published elsewhere',
      shown,
    );
    return { log: parseVerifierKey(shown), former: null };
  }
  const known = formatVerifierKey(trusted);
  if (shown === null || shown === known) tally.holds('log.key');
  else if (isSameKey(parseVerifierKey(shown), trusted))
    return { log: parseVerifierKey(shown), former: trusted.name };
  else tally.found(finding('log.key-changed', 'key of the log', { expected: known, actual: shown }));
  return { log: trusted, former: null };
}

/** Under another name, which a log that was restored behind what it published has: what it shows of that is asked then. */
function isSameKey(shown: NoteVerifier, trusted: NoteVerifier): boolean {
  return shown.publicKey.equals(trusted.publicKey);
}
