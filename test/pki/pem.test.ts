import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import { parsePem, writePem } from '../../src/pki/index.ts';

const der = Uint8Array.from({ length: 100 }, (_, index) => index);
const other = Uint8Array.of(1, 2, 3);

function codeOf(text: string): string {
  try {
    parsePem(text);
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('parsePem', () => {
  it('reads blocks in order, whatever stands between them', () => {
    const text = `subject=CN=a\n${writePem(der)}\r\n# note\n${writePem(other)}\0`;
    expect(parsePem(text)).toEqual([der, other]);
  });

  it('takes time in proportion to its length, whatever it holds', () => {
    const start = process.cpuUsage();
    expect(codeOf(`${'\0'.repeat(100_000)}x`)).toBe('bad_value');
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });

  it('reads blocks of one label alone', () => {
    expect(parsePem(writePem(der, 'X509 CRL') + writePem(other))).toEqual([other]);
    expect(parsePem(writePem(der, 'X509 CRL'), 'X509 CRL')).toEqual([der]);
  });

  it.each([
    ['nothing', '', 'bad_value'],
    ['a block that does not end', writePem(der).replace(/-----END.*/s, ''), 'truncated'],
    [
      'a block of another kind that does not end',
      writePem(other) + writePem(der, 'X509 CRL').replace(/-----END.*/s, ''),
      'truncated',
    ],
    ['a block that ends as another', writePem(der).replace('END CERTIFICATE', 'END X509 CRL'), 'bad_value'],
    ['an empty block', writePem(new Uint8Array(0)), 'not_canonical'],
    ['base64 with a stray character', writePem(der).replace('AAEC', 'AA*C'), 'bad_value'],
    ['base64 with bits to spare', writePem(Uint8Array.of(1)).replace('AQ==', 'AR=='), 'not_canonical'],
    [
      'a second block inside the first',
      writePem(der).replace('-----END', '-----BEGIN CERTIFICATE-----\n-----END'),
      'bad_value',
    ],
  ])('refuses %s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
