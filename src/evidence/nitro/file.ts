import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { MAX_ENVELOPE_BYTES } from './envelope.ts';

/** Files by their names. */
type Files = ReadonlyMap<string, Uint8Array>;

/** Which need no first bytes to be told by; whatever else they hold, it is no other evidence's name. */
const NAME = /^(?:[\w-]*nitro[\w-]*|(?:attestation[-_]?)?doc(?:ument)?)\.(?:bin|cbor|cose)$/i;
/** COSE_Sign1: an array of four, tagged (d2) or not. */
const FOUR = 0x84;
const TAG_18 = 0xd2;
/** Genuine documents name their module first, behind at most a dozen bytes of framing. */
const FIRST_FIELD = Buffer.from('module_id');
const SNIFFED_BYTES = 48;
/** Those bytes in base64, and line breaks. */
const SNIFFED_CHARACTERS = 72;
/** Base64 and line breaks of the longest document. */
const MAX_TEXT_BYTES = MAX_ENVELOPE_BYTES * 2;

/** By names and first bytes: a document is there, whether or not it is a good one. */
export function findDocument(files: Files): Uint8Array | undefined {
  const byBytes = [...files.values()].find(isDocument);
  return byBytes ?? [...files].find(([name]) => NAME.test(name))?.[1];
}

function isDocument(file: Uint8Array): boolean {
  const head = isBase64Start(file) ? decodeStart(file) : file.subarray(0, SNIFFED_BYTES);
  return (
    (head[0] === FOUR || (head[0] === TAG_18 && head[1] === FOUR)) && Buffer.from(head).includes(FIRST_FIELD)
  );
}

/** What the first bytes of an array of four, and of a tagged one, become. */
function isBase64Start([first, second]: Uint8Array): boolean {
  const start = String.fromCharCode(first ?? 0, second ?? 0);
  return start === 'hE' || start === '0o';
}

function decodeStart(file: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(file.subarray(0, SNIFFED_CHARACTERS)).toString('latin1'), 'base64');
}

/**
 * The document in a file: bytes as they are, or base64 of either alphabet, padded or not, with line breaks.
 *
 * @throws FormatError for text that is no base64
 */
export function readDocumentFile(file: Uint8Array): Uint8Array {
  if (!isBase64Start(file)) return file;
  if (file.length > MAX_TEXT_BYTES) {
    throw new FormatError('too_long', `base64 of ${file.length} bytes is no attestation document`, {
      path: 'document',
      expected: `at most ${MAX_TEXT_BYTES} bytes`,
      actual: `${file.length} bytes`,
    });
  }
  const text = fromUtf8(file, 'document').replace(/\s+/g, '');
  const bytes = Buffer.from(text, 'base64');
  const plain = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={0,2}$/, '');
  if (bytes.toString('base64').replace(/=+$/, '') !== plain) {
    throw new FormatError('bad_value', 'the document is neither COSE nor base64 of it', { path: 'document' });
  }
  return new Uint8Array(bytes);
}
