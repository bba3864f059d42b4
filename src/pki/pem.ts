import { formatPem, parsePem as parseBlocks } from '../bytes/pem.ts';

/** A vendor's whole collection of CA certificates in one file. */
const MAX_BLOCKS = 256;

/**
 * The DER of one kind of block in a PEM bundle, in order; blocks of other kinds are passed over. NUL bytes after the last
 * block are ignored: Intel's quotes end their chains so. What is refused: see bytes/pem.ts.
 *
 * @throws FormatError as `parsePem` of bytes/pem.ts. No block at all is an error: an empty chain is never what was meant.
 */
export function parsePem(text: string, label = 'CERTIFICATE'): Uint8Array[] {
  return parseBlocks(withoutFinalNuls(text), { label, others: 'skip', maxBlocks: MAX_BLOCKS });
}

/** Counted by hand: a regular expression for it looks at a run of n NULs that ends in something else n times. */
function withoutFinalNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end);
}

/** PEM text around one DER value. */
export function writePem(der: Uint8Array, label = 'CERTIFICATE'): string {
  return formatPem(label, der);
}
