import { RecordError } from './errors.ts';
import { HASH_BYTES } from './merkle.ts';
import { type NoteSigner, type NoteVerifier, signNote, verifyNote } from './note.ts';

/** A log's statement that its first `size` leaves have this root (https://c2sp.org/tlog-checkpoint). */
export type Checkpoint = {
  /** The log's name, unique among all logs. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
};

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** The text that a log signs: origin, size in decimal, root in base64, a line each. */
function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** A checkpoint as a signed note. Sign only what is durable: a signed root can never be taken back. */
export function signCheckpoint(size: number, root: Uint8Array, signer: NoteSigner): string {
  return signNote(checkpointText({ origin: signer.name, size, root }), signer);
}

/**
 * Reads a checkpoint and verifies that the log signed it. Lines behind the third are extensions: signed, and ignored.
 *
 * What remains unproven: that the log shows everybody this same tree. Only witnesses' signatures or a consistency proof
 * from a checkpoint got elsewhere show that.
 *
 * @throws RecordError `checkpoint_malformed`, `signature_absent`, `signature_invalid`, `origin_mismatch`
 */
export function verifyCheckpoint(note: string, log: NoteVerifier): Checkpoint {
  const checkpoint = parseCheckpointText(verifyNote(note, log));
  if (checkpoint.origin === log.name) return checkpoint;
  // One key may serve logs of several names, of which only one was asked about.
  throw new RecordError('origin_mismatch', `the checkpoint is of the log ${checkpoint.origin}`, {
    path: 'checkpoint.origin',
    expected: log.name,
    actual: checkpoint.origin,
  });
}

function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...extensions] = text.slice(0, -1).split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isWhole =
    origin !== '' &&
    SIZE.test(size) &&
    Number.isSafeInteger(Number(size)) &&
    root.length === HASH_BYTES &&
    root.toString('base64') === encoded &&
    !extensions.includes('');
  if (!isWhole) {
    throw new RecordError('checkpoint_malformed', 'the text is not a checkpoint', {
      path: 'checkpoint',
      expected: 'origin, size and root, a line each',
      actual: text.slice(0, 200),
    });
  }
  return { origin, size: Number(size), root: new Uint8Array(root) };
}
