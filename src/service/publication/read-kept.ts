import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, verifyCheckpoint } from '../../record/checkpoint.ts';
import { RecordError } from '../../record/errors.ts';
import type { NoteVerifier } from '../../record/note.ts';
import { SLOT_BYTES } from './kept-checkpoint.ts';

/** A checkpoint that somebody was shown, its signature verified, and where it was found. */
export type Shown = Checkpoint & { readonly note: string; readonly where: string };

export type KeptCheckpoints = {
  /** Of the log under this name. */
  readonly shown: readonly Shown[];
  /** Of the same key under others. */
  readonly others: readonly Shown[];
  /** A file in which no slot is signed by this log's key: what it said is not known. */
  readonly unreadable: string | null;
};

const FILE = /\.checkpoint(?:\.new)?$/;
const DAY_MS = 86_400_000;

/**
 * The checkpoints that processes on this log have kept in a folder (kept-checkpoint.ts): of each file the larger. A slot that was being written when its process ended is torn, and the other one counts.
 *
 * @param log the log's name and key
 */
export function readKeptCheckpoints(folder: string, log: NoteVerifier): KeptCheckpoints {
  const shown: Shown[] = [];
  const others: Shown[] = [];
  for (const name of filesIn(folder)) {
    if (name.endsWith('.new')) continue;
    const where = join(folder, name);
    const found = slotsOf(readFileSync(where)).flatMap((note) => readNote(note, log, where));
    if (found.length === 0) return { shown, others, unreadable: where };
    const [largest] = found.sort((a, b) => b.size - a.size);
    if (largest !== undefined) (largest.origin === log.name ? shown : others).push(largest);
  }
  return { shown, others, unreadable: null };
}

/** Takes away what processes left that are gone: whatever they kept lies in a newer file. One that still runs makes its own again. */
export function tidyKeptCheckpoints(folder: string, now: Date): void {
  for (const name of filesIn(folder)) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && now.getTime() - found.mtimeMs > DAY_MS) rmSync(path, { force: true });
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => FILE.test(name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function slotsOf(bytes: Buffer): readonly string[] {
  const slots: string[] = [];
  for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
    const slot = bytes.subarray(at, at + SLOT_BYTES);
    const end = slot.indexOf(0);
    slots.push(slot.toString('utf8', 0, end === -1 ? slot.length : end));
  }
  return slots;
}

/** One, of whatever name the key had for its log; none where it is not signed. */
function readNote(note: string, { publicKey }: NoteVerifier, where: string): readonly Shown[] {
  const [name = ''] = note.split('\n', 1);
  try {
    return [{ ...verifyCheckpoint(note, { name, publicKey }), note, where }];
  } catch (error) {
    if (error instanceof RecordError) return [];
    throw error;
  }
}
