import { type KeyObject, sign, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import type { Cursor } from '../../bytes/cursor.ts';
import { domain } from '../../bytes/domain.ts';
import { FormatError } from '../../bytes/errors.ts';
import { MAX_DATAGRAM_BYTES, SIGNATURE_BYTES } from './wire.ts';

/** A document and the Ed25519 signature behind it. Nothing about it is verified. */
export type Signed<T> = {
  readonly content: T;
  /** Exactly the bytes in front of the signature, as received. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
};

/** The document's bytes and their signature, made for one purpose. */
export function signBytes(purpose: string, bytes: Uint8Array, key: KeyObject): Uint8Array<ArrayBuffer> {
  return concatBytes([bytes, sign(null, domain(purpose, bytes), key)]);
}

export function signatureHolds(
  purpose: string,
  { signed, signature }: Pick<Signed<unknown>, 'signed' | 'signature'>,
  key: KeyObject,
): boolean {
  return verify(null, domain(purpose, signed), key, signature);
}

/** Reads a document with `read`, and the signature that ends it. @throws FormatError as `read`, `trailing_data`, `truncated` */
export function readSigned<T>(cursor: Cursor, read: (cursor: Cursor) => T): Signed<T> {
  const content = read(cursor);
  const signed = cursor.since(0);
  const signature = cursor.take(SIGNATURE_BYTES, 'signature');
  cursor.end();
  return { content, signed, signature };
}

/** A copy, so that nothing changes underneath: datagrams lie in buffers that are used again. @throws FormatError `too_long` */
export function ownBytes(bytes: Uint8Array, what: string, max: number = MAX_DATAGRAM_BYTES): Uint8Array {
  if (bytes.length <= max) return new Uint8Array(bytes);
  throw new FormatError('too_long', `${what} has ${bytes.length} bytes`, {
    path: what,
    expected: `at most ${max} bytes`,
    actual: `${bytes.length} bytes`,
  });
}
