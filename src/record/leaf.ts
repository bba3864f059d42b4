import { hash } from 'node:crypto';
import { canonicalJson } from '../bytes/canonical-json.ts';
import { domain } from '../bytes/domain.ts';
import { FormatError } from '../bytes/errors.ts';
import { formatInstant } from '../bytes/instant.ts';
import type { JsonValue } from '../bytes/json.ts';
import { RecordError } from './errors.ts';
import { leafHash } from './merkle.ts';

/** Something that happened and is to stay provable: what the log keeps of it. */
export type Act = {
  /** The act's kind, e.g. `session.issued`, `appraisal`, `decision`, `trust-input.approved`. */
  readonly type: string;
  /** When the verifier recorded it. */
  readonly at: Date;
  /** The tenant whose act it is; receipts are handed only to it and to auditors. */
  readonly tenant: string;
  /** What happened, as JSON. It is shown to whoever may see the receipt, so it holds no secret. */
  readonly body: ActBody;
  /** 32 fresh random bytes, so that the leaf tells nothing to whoever guesses at the act. */
  readonly salt: Uint8Array;
};

export type ActBody = { readonly [name: string]: JsonValue };

/** Bytes of a salt: as many as the hash has, so that guessing the salt is no easier than guessing the hash. */
export const SALT_BYTES = 32;

/**
 * The bytes of an act's entry in the log, 48 of them:
 *
 *     entry = "sextant/v1/leaf\0" || SHA-256("sextant/v1/act\0" || salt || canonical JSON of {at, body, tenant, type})
 *
 * Entries are public, acts are not: with the salt unknown an entry tells nothing, not even to whoever guesses the act.
 * Whoever holds act and salt (a receipt does) can compute the entry and find it in the log.
 *
 * @throws RecordError `salt_length`
 * @throws FormatError `bad_value` where the body is not JSON
 */
export function entryOf(act: Act): Uint8Array<ArrayBuffer> {
  return entryOfText(act, canonicalJson(act.body));
}

/** The leaf of an act in the Merkle tree: RFC 6962, 2.1, over {@link entryOf}. */
export function leafOf(act: Act): Uint8Array {
  return leafHash(entryOf(act));
}

/**
 * What the log stores of an act, and its leaf: the body is serialised once, for the row and for the hash.
 *
 * @throws RecordError `salt_length`
 * @throws FormatError `bad_value` where the body is not JSON
 */
export function sealAct(act: Act): { readonly bodyText: string; readonly leaf: Uint8Array } {
  const bodyText = canonicalJson(act.body);
  return { bodyText, leaf: leafHash(entryOfText(act, bodyText)) };
}

/** The entry of an act as the log keeps it: its body is the canonical JSON that {@link sealAct} answered. */
export function entryOfText(
  { at, tenant, type, salt }: Omit<Act, 'body'>,
  bodyText: string,
): Uint8Array<ArrayBuffer> {
  if (salt.length !== SALT_BYTES) {
    throw new RecordError('salt_length', `a salt of ${salt.length} bytes`, {
      path: 'salt',
      expected: `${SALT_BYTES} bytes`,
      actual: `${salt.length} bytes`,
    });
  }
  // Members in the order of RFC 8785, 3.2.3: at, body, tenant, type.
  const [who, what] = [canonicalJson(tenant), canonicalJson(type)];
  const text = `{"at":"${formatInstant(at)}","body":${bodyText},"tenant":${who},"type":${what}}`;
  // The salt has one length, so no byte can move between it and the text; see `domain`.
  return domain('leaf', hash('sha256', saltedAct(salt, text), 'buffer'));
}

const ACT = Buffer.from(domain('act', new Uint8Array()));

/** `domain('act', salt || text)` in UTF-8, laid out once. @throws FormatError `bad_value` for a lone surrogate */
function saltedAct(salt: Uint8Array, text: string): Uint8Array {
  if (!text.isWellFormed()) throw new FormatError('bad_value', 'act holds a lone surrogate', { path: 'act' });
  return Buffer.concat([ACT, salt, Buffer.from(text)]);
}
