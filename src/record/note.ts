import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { equalBytes } from '../bytes/equal.ts';
import { toUtf8 } from '../bytes/text.ts';
import { RecordError } from './errors.ts';

/**
 * Signed notes (https://c2sp.org/signed-note), Ed25519 signatures (type 0x01) alone. Other keys' signature lines, those
 * of witnesses among them, are kept in the text and ignored here, as the specification demands.
 *
 * The signed text begins with the log's origin instead of `sextant/v1/…`: C2SP sets the format, its origin line is what
 * separates it, and the key signs nothing else.
 */
export type NoteVerifier = {
  /** The key's name, for a log its origin. */
  readonly name: string;
  /** Ed25519. */
  readonly publicKey: KeyObject;
};

export type NoteSigner = NoteVerifier & { readonly privateKey: KeyObject };

const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** What golang.org/x/mod/sumdb/note reads; a note of ours has one signature and one for each witness. */
const MAX_SIGNATURES = 100;
const MAX_CHARACTERS = 1_000_000;
/** White space and `+` would make the name ambiguous where names stand in lines and in verifier keys. */
const NAME = /^[^\s+\p{Cc}]{1,255}$/u;
const LINE = /^\u2014 ([^\s+\p{Cc}]+) ([A-Za-z0-9+/]+={0,2})$/u;

const VERIFIER_KEY = /^([^\s+\p{Cc}]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/**
 * Appends a signature to a text.
 *
 * @param text ends with a newline and has no empty line in it
 */
export function signNote(text: string, signer: NoteSigner): string {
  const signature = sign(null, toUtf8(text, 'note'), signer.privateKey);
  const encoded = Buffer.concat([keyId(signer), signature]).toString('base64');
  return `${text}\n\u2014 ${signer.name} ${encoded}\n`;
}

/**
 * Answers the text that the key signed, with the newline at its end.
 *
 * @throws RecordError `checkpoint_malformed`, `signature_absent`, `signature_invalid`
 */
export function verifyNote(note: string, verifier: NoteVerifier): string {
  const { text, lines } = split(note);
  const id = keyId(verifier);
  let isSigned = false;
  for (const line of lines) {
    const [, name, encoded = ''] = LINE.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (name === undefined || bytes.length <= KEY_ID_BYTES || bytes.toString('base64') !== encoded) {
      throw malformed('a signature line is not one');
    }
    if (name !== verifier.name || !equalBytes(bytes.subarray(0, KEY_ID_BYTES), id)) continue;
    const signature = bytes.subarray(KEY_ID_BYTES);
    // One bad signature under our key's name condemns the note, though another may be good: nobody honest makes it.
    if (
      signature.length !== SIGNATURE_BYTES ||
      !verify(null, toUtf8(text, 'note'), verifier.publicKey, signature)
    ) {
      throw new RecordError('signature_invalid', `the signature of ${name} does not verify`, {
        path: 'checkpoint',
      });
    }
    isSigned = true;
  }
  if (isSigned) return text;
  throw new RecordError('signature_absent', `no signature of ${verifier.name} by the expected key`, {
    path: 'checkpoint',
    expected: `${verifier.name}+${id.toString('hex')}`,
  });
}

/** The text and the signature lines: the last empty line parts them. */
function split(note: string): { readonly text: string; readonly lines: readonly string[] } {
  if (note.length > MAX_CHARACTERS) throw malformed('it is too long');
  // Control characters, newline aside, are forbidden; lone surrogates have no UTF-8.
  if (/[^\P{Cc}\n]/u.test(note) || !note.isWellFormed()) throw malformed('it holds control characters');
  const gap = note.lastIndexOf('\n\n');
  if (gap === -1 || !note.endsWith('\n')) throw malformed('it has no signatures');
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, gap + 1), lines };
}

/**
 * The public key as one line, the form in which logs publish theirs (`vkey`): name, key id and key.
 *
 * @throws RecordError `checkpoint_malformed` for a name that a note cannot carry
 */
export function formatVerifierKey(verifier: NoteVerifier): string {
  const key = Buffer.concat([Uint8Array.of(ED25519), rawKey(verifier.publicKey)]).toString('base64');
  return `${verifier.name}+${keyId(verifier).toString('hex')}+${key}`;
}

/**
 * The key of a log from the line in which it is published: what {@link formatVerifierKey} writes.
 *
 * @throws RecordError `verifier_key_malformed`, also where the key id is not the key's own
 */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name = '', , encoded = ''] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519) throw malformedKey();
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  const verifier = { name, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
  // One comparison finds a wrong id, base64 that is not canonical and a name that notes cannot carry.
  if (formatVerifierKey(verifier) !== text) throw malformedKey();
  return verifier;
}

function malformedKey(): RecordError {
  return new RecordError('verifier_key_malformed', 'not the key of a log: name+keyid+key', { path: 'key' });
}

/** SHA-256(name || 0x0A || 0x01 || key), its first four bytes. */
function keyId({ name, publicKey }: NoteVerifier): Buffer {
  if (!NAME.test(name)) throw malformed(`a key cannot be named ${JSON.stringify(name)}`);
  const input = Buffer.concat([toUtf8(`${name}\n`, 'name'), Uint8Array.of(ED25519), rawKey(publicKey)]);
  return hash('sha256', input, 'buffer').subarray(0, KEY_ID_BYTES);
}

function rawKey(publicKey: KeyObject): Buffer {
  const { crv, x } = publicKey.export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new TypeError('a log key is an Ed25519 key');
  return Buffer.from(x, 'base64url');
}

function malformed(why: string): RecordError {
  return new RecordError('checkpoint_malformed', `not a signed checkpoint: ${why}`, { path: 'checkpoint' });
}
