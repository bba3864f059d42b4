import { FormatError } from '../bytes/errors.ts';

const MAX_BLOCKS = 256;

/**
 * The DER blocks of one label in a PEM text (RFC 7468), in order. Text between blocks is allowed, as openssl and vendors
 * write it; inside a block nothing but canonical base64 is. NUL bytes after the last block are ignored: Intel's
 * quotes end their chains so.
 *
 * Throws FormatError. No block at all is an error: an empty chain is never what was meant.
 */
export function parsePem(text: string, label = 'CERTIFICATE'): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  const pattern = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END ([A-Z0-9 ]{1,40})-----/g;
  for (const [, begin, body, end] of text.matchAll(pattern)) {
    if (begin !== end) throw new FormatError('bad_value', `PEM block ${begin} ends as ${end}`);
    if (begin !== label) continue;
    if (blocks.length === MAX_BLOCKS)
      throw new FormatError('budget_exceeded', `more than ${MAX_BLOCKS} PEM blocks`);
    blocks.push(decode(body ?? ''));
  }
  const markers = text.split(`-----BEGIN ${label}-----`).length - 1;
  if (markers !== blocks.length) throw new FormatError('truncated', `a PEM ${label} block does not end`);
  if (blocks.length === 0) throw new FormatError('truncated', `no PEM ${label} block`);
  return blocks;
}

function decode(body: string): Uint8Array {
  const base64 = body.replace(/[\r\n\t ]/g, '');
  const bytes = Buffer.from(base64, 'base64');
  if (base64 === '' || bytes.toString('base64') !== base64) {
    throw new FormatError('not_canonical', 'PEM block is not canonical base64');
  }
  return new Uint8Array(bytes);
}

/** PEM text around one DER value. */
export function writePem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
