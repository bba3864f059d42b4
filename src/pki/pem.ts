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
  return parseBlocks(text.replace(/\0+$/, ''), { label, others: 'skip', maxBlocks: MAX_BLOCKS });
}

/** PEM text around one DER value. */
export function writePem(der: Uint8Array, label = 'CERTIFICATE'): string {
  return formatPem(label, der);
}
