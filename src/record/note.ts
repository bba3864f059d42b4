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
 * Signed notes (https://c2sp.org/signed-note), Ed25519 signatures (type 0x01) alone. Other keys' signature lines, those
 * of witnesses among them (cosignature.ts), are kept in the text and ignored here, as the specification demands.
 *
 * The signed text begins with the log's origin instead of `sextant/v1/…`: C2SP sets the format, its origin line is what
 * separates it, and the key signs nothing else.
 */
export type { NoteSigner, NoteVerifier } from './note-format.ts';

const ED25519 = 0x01;
const SIGNATURE_BYTES = 64;

/**
 * Appends a signature to a text.
 *
 * @param text ends with a newline and has no empty line in it
 */
export function signNote(text: string, signer: NoteSigner): string {
  const signature = sign(null, toUtf8(text, 'note'), signer.privateKey);
  return `${text}\n${signatureLine(signer, ED25519, signature)}`;
}

/**
 * Answers the text that the key signed, with the newline at its end.
 *
 * @throws RecordError `checkpoint_malformed`, `signature_absent`, `signature_invalid`
 */
export function verifyNote(note: string, verifier: NoteVerifier): string {
  const parsed = parseNote(note);
  const claimed = signaturesOf(parsed, verifier, ED25519);
  if (claimed.length === 0) {
    throw new RecordError('signature_absent', `no signature of ${verifier.name} by the expected key`, {
      path: 'checkpoint',
      expected: `${verifier.name}+${keyId(verifier, ED25519).toString('hex')}`,
    });
  }
  const text = toUtf8(parsed.text, 'note');
  for (const { name, signature } of claimed) {
    // One bad signature under our key's name condemns the note, though another may be good: nobody honest makes it.
    if (signature.length !== SIGNATURE_BYTES || !verify(null, text, verifier.publicKey, signature)) {
      throw new RecordError('signature_invalid', `the signature of ${name} does not verify`, {
        path: 'checkpoint',
      });
    }
  }
  return parsed.text;
}

/**
 * The public key as one line, the form in which logs publish theirs (`vkey`): name, key id and key.
 *
 * @throws RecordError `checkpoint_malformed` for a name that a note cannot carry
 */
export function formatVerifierKey(verifier: NoteVerifier): string {
  return formatKey(verifier, ED25519);
}

/**
 * The key of a log from the line in which it is published: what {@link formatVerifierKey} writes.
 *
 * @throws RecordError `verifier_key_malformed`, also where the key id is not the key's own
 */
export function parseVerifierKey(text: string): NoteVerifier {
  return parseKey(text, ED25519);
}
