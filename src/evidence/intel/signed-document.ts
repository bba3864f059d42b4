import { FormatError } from '../../bytes/errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromHex, fromUtf8 } from '../../bytes/text.ts';

/** A document of Intel's provisioning certification service: one object, and Intel's signature over its exact bytes. */
export type SignedDocument = {
  readonly value: { readonly [name: string]: JsonValue };
  /** The inner object from `{` to `}` as received: what is signed. Writing it anew would not give the same bytes. */
  readonly signed: Uint8Array;
  /** 64 bytes, r and s. */
  readonly signature: Uint8Array;
};

/** Intel's largest TCB Info has 30 KB. */
const MAX_DOCUMENT_BYTES = 1 << 18;
const MAX_DEPTH = 12;

/**
 * Reads `{"<name>": {...}, "signature": "<hex>"}`, in either order, with white space where JSON allows it, and nothing
 * else: strict JSON without members that occur twice.
 *
 * @param name `tcbInfo` or `enclaveIdentity`
 * @throws FormatError
 */
export function parseSignedDocument(bytes: Uint8Array, name: string): SignedDocument {
  const document = parseJson(bytes, { maxBytes: MAX_DOCUMENT_BYTES, maxDepth: MAX_DEPTH });
  if (!isJsonObject(document)) throw bad(name, 'an object', 'another value');
  const names = Object.keys(document).toSorted();
  if (names.join() !== [name, 'signature'].toSorted().join()) {
    throw bad(name, `the members ${name} and signature`, names.join(', ').slice(0, 80));
  }
  const { [name]: value, signature } = document;
  if (!isJsonObject(value)) throw bad(`${name}.${name}`, 'an object', 'another value');
  if (typeof signature !== 'string') throw bad(`${name}.signature`, 'a string', 'another value');
  return { value, signed: rangeOf(bytes, name), signature: readSignature(signature, name) };
}

function readSignature(text: string, name: string): Uint8Array {
  const signature = fromHex(text, `${name}.signature`);
  if (signature.length !== 64) throw bad(`${name}.signature`, '64 bytes', `${signature.length} bytes`);
  return signature;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSE: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * The bytes of a member's value in a text that is known to be a JSON object with just this member by this name. Every
 * character with a meaning is one byte in UTF-8 and no byte of another character.
 */
function rangeOf(bytes: Uint8Array, name: string): Uint8Array {
  let depth = 0;
  let key: string | null = null;
  let start = -1;
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at] ?? 0;
    if (octet === QUOTE) {
      const end = endOfString(bytes, at);
      if (depth === 1 && start === -1) key = String(JSON.parse(fromUtf8(bytes.subarray(at, end + 1), name)));
      at = end;
    } else if (OPEN.has(octet)) {
      depth++;
      if (depth === 2 && start === 0 && key === name) start = at;
    } else if (CLOSE.has(octet)) {
      depth--;
      if (depth === 1 && start > 0) return bytes.subarray(start, at + 1);
    } else if (depth === 1 && octet === COLON) {
      start = 0;
    } else if (depth === 1 && octet === COMMA) {
      start = -1;
    }
  }
  throw bad(name, `a member ${name}`, 'none');
}

/** The closing quote of the string that opens at `start`: there is one, for the text is known to be JSON. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at;
  }
  return bytes.length;
}

function bad(path: string, expected: string, actual: string): FormatError {
  return new FormatError('bad_value', `${path} is ${actual}, not ${expected}`, { path, expected, actual });
}
