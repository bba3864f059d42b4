import { sign, verify } from 'node:crypto';
import { toUtf8 } from '../bytes/text.ts';
import { RecordError } from './errors.ts';
import {
  formatKey,
  keyId,
  type NoteSigner,
  type NoteVerifier,
  parseKey,
  parseNote,
  signatureLine,
  signaturesOf,
} from './note-format.ts';

/**
 * Cosignatures of witnesses (https://c2sp.org/tlog-cosignature), `cosignature/v1` with Ed25519 (type 0x04) alone: that the
 * witness saw this checkpoint at an instant, saw none of the log that is larger, and that it grew out of every one that it saw before.
 */
const COSIGNATURE = 0x04;
/** Eight bytes of seconds since the epoch, then the signature. */
const TIMESTAMP_BYTES = 8;
const COSIGNATURE_BYTES = TIMESTAMP_BYTES + 64;
/** The last second of the year 9999: instants of later years cannot be written (RFC 3339), and no clock says them. */
const MAX_SECONDS = 253_402_300_799n;

export type Cosignature = {
  /** When the witness signed, by its clock, to the second. */
  readonly at: Date;
  /** The line of the note, with its newline. */
  readonly line: string;
};

/** A checkpoint's cosignature as a line to append to it. What a witness does; it must have checked consistency before. */
export function cosign(note: string, witness: NoteSigner, at: Date): string {
  const seconds = BigInt(Math.floor(at.getTime() / 1000));
  const signature = sign(null, cosignedText(parseNote(note).text, seconds), witness.privateKey);
  const timestamp = Buffer.alloc(TIMESTAMP_BYTES);
  timestamp.writeBigUInt64BE(seconds);
  return signatureLine(witness, COSIGNATURE, Buffer.concat([timestamp, signature]));
}

/**
 * Verifies what a witness signed of a checkpoint; of several cosignatures the newest is answered. The log's own signature
 * is not looked at.
 *
 * What remains unproven: that the witness is honest and independent of the log.
 *
 * @throws RecordError `checkpoint_malformed`, `signature_absent`, `signature_invalid`
 */
export function verifyCosignature(note: string, witness: NoteVerifier): Cosignature {
  const parsed = parseNote(note);
  let newest: Cosignature | undefined;
  for (const { name, signature, line } of signaturesOf(parsed, witness, COSIGNATURE)) {
    if (signature.length !== COSIGNATURE_BYTES) throw invalid(name);
    const seconds = Buffer.from(signature).readBigUInt64BE();
    const message = cosignedText(parsed.text, seconds);
    // As with the log's own: one bad line under a known key condemns the note.
    if (
      seconds > MAX_SECONDS ||
      !verify(null, message, witness.publicKey, signature.subarray(TIMESTAMP_BYTES))
    )
      throw invalid(name);
    const at = new Date(Number(seconds) * 1000);
    if (newest === undefined || at > newest.at) newest = { at, line };
  }
  if (newest !== undefined) return newest;
  throw new RecordError('signature_absent', `no cosignature of ${witness.name} by the expected key`, {
    path: 'checkpoint',
    expected: `${witness.name}+${keyId(witness, COSIGNATURE).toString('hex')}`,
  });
}

/** A witness's key as one line. @throws RecordError `checkpoint_malformed` for a name that a note cannot carry */
export function formatWitnessKey(witness: NoteVerifier): string {
  return formatKey(witness, COSIGNATURE);
}

/**
 * A witness's key from the line in which it is published.
 *
 * @throws RecordError `verifier_key_malformed`, also for a key of type 0x01: that one signs notes, not as a witness
 */
export function parseWitnessKey(text: string): NoteVerifier {
  return parseKey(text, COSIGNATURE);
}

function cosignedText(text: string, seconds: bigint): Uint8Array {
  return toUtf8(`cosignature/v1\ntime ${seconds}\n${text}`, 'note');
}

function invalid(name: string): RecordError {
  return new RecordError('signature_invalid', `the cosignature of ${name} does not verify`, {
    path: 'checkpoint',
  });
}
