import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { equalBytes } from '../bytes/equal.ts';
import { toUtf8 } from '../bytes/text.ts';
import { RecordError } from './errors.ts';

/** The lines of a signed note (https://c2sp.org/signed-note), before anything in them is verified. Keys are Ed25519. */
export type NoteVerifier = {
  /** The key's name: for a log its origin, for a witness its own name. */
  readonly name: string;
  /** Ed25519. */
  readonly publicKey: KeyObject;
};

export type NoteSigner = NoteVerifier & { readonly privateKey: KeyObject };

/** What a key signs, as its id says: a note's text (0x01), or text and time as a witness (0x04, c2sp.org/tlog-cosignature). */
export type SignatureType = 0x01 | 0x04;

/** A note taken apart. */
export type ParsedNote = {
  /** What is signed, with the newline at its end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
};

export type NoteSignature = {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
  /** The line itself, with its newline. */
  readonly line: string;
};

const KEY_ID_BYTES = 4;
const KEY_BYTES = 32;
/** What golang.org/x/mod/sumdb/note reads; a note of ours has one signature and one for each witness. */
const MAX_SIGNATURES = 100;
const MAX_CHARACTERS = 1_000_000;
/** White space and `+` would make the name ambiguous where names stand in lines and in verifier keys. */
const NAME = /^[^\s+\p{Cc}]{1,255}$/u;
const LINE = /^\u2014 ([^\s+\p{Cc}]+) ([A-Za-z0-9+/]+={0,2})$/u;
const VERIFIER_KEY = /^([^\s+\p{Cc}]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/** @throws RecordError `checkpoint_malformed` */
export function parseNote(note: string): ParsedNote {
  if (note.length > MAX_CHARACTERS) throw malformed('it is too long');
  // Control characters, newline aside, are forbidden; lone surrogates have no UTF-8.
  if (/[^\P{Cc}\n]/u.test(note) || !note.isWellFormed()) throw malformed('it holds control characters');
  // The last empty line parts text and signatures.
  const gap = note.lastIndexOf('\n\n');
  if (gap === -1 || !note.endsWith('\n')) throw malformed('it has no signatures');
  const lines = note.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseLine) };
}

function parseLine(line: string): NoteSignature {
  const [, name, encoded = ''] = LINE.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (name === undefined || bytes.length <= KEY_ID_BYTES || bytes.toString('base64') !== encoded) {
    throw malformed('a signature line is not one');
  }
  const [id, signature] = [bytes.subarray(0, KEY_ID_BYTES), bytes.subarray(KEY_ID_BYTES)];
  return { name, keyId: id, signature, line: `${line}\n` };
}

/** Those signatures that claim to be of a key. */
export function signaturesOf(
  { signatures }: ParsedNote,
  verifier: NoteVerifier,
  type: SignatureType,
): readonly NoteSignature[] {
  const id = keyId(verifier, type);
  return signatures.filter(({ name, keyId: own }) => name === verifier.name && equalBytes(own, id));
}

/** A signature as a line of a note, with its newline. */
export function signatureLine(verifier: NoteVerifier, type: SignatureType, signature: Uint8Array): string {
  const encoded = Buffer.concat([keyId(verifier, type), signature]).toString('base64');
  return `\u2014 ${verifier.name} ${encoded}\n`;
}

/** `name+keyid+key`. @throws RecordError `checkpoint_malformed` for a name that a note cannot carry */
export function formatKey(verifier: NoteVerifier, type: SignatureType): string {
  const key = Buffer.concat([Uint8Array.of(type), rawKey(verifier.publicKey)]).toString('base64');
  return `${verifier.name}+${keyId(verifier, type).toString('hex')}+${key}`;
}

/** @throws RecordError `verifier_key_malformed`, also where the key id is not the key's own */
export function parseKey(text: string, type: SignatureType): NoteVerifier {
  const [, name = '', , encoded = ''] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 1 + KEY_BYTES || bytes[0] !== type) throw malformedKey(type);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  const verifier = { name, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) };
  // One comparison finds a wrong id, base64 that is not canonical and a name that notes cannot carry.
  if (formatKey(verifier, type) !== text) throw malformedKey(type);
  return verifier;
}

function malformedKey(type: SignatureType): RecordError {
  const whose = type === 0x01 ? 'a log' : 'a witness';
  return new RecordError('verifier_key_malformed', `not the key of ${whose}: name+keyid+key`, {
    path: 'key',
    expected: `an Ed25519 key of type 0x0${type}`,
  });
}

/** SHA-256(name || 0x0A || type || key), its first four bytes. */
export function keyId({ name, publicKey }: NoteVerifier, type: SignatureType): Buffer {
  if (!NAME.test(name)) throw malformed(`a key cannot be named ${JSON.stringify(name)}`);
  const input = Buffer.concat([toUtf8(`${name}\n`, 'name'), Uint8Array.of(type), rawKey(publicKey)]);
  return hash('sha256', input, 'buffer').subarray(0, KEY_ID_BYTES);
}

/** The key's 32 bytes. */
export function rawKey(publicKey: KeyObject): Buffer {
  const { crv, x } = publicKey.export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new TypeError('a key of notes is an Ed25519 key');
  return Buffer.from(x, 'base64url');
}

function malformed(why: string): RecordError {
  return new RecordError('checkpoint_malformed', `not a signed checkpoint: ${why}`, { path: 'checkpoint' });
}
