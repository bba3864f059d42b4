import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseTpmItem, serialiseTpmItem } from '../../../src/evidence/bundle/tpm-item.ts';
import type { HashName } from '../../../src/evidence/tpm/algorithms.ts';
import { selectionText } from '../../../src/evidence/tpm/pcr-selection.ts';
import { fuzzRuns } from '../../vectors.ts';

const item = {
  quote: Uint8Array.of(1),
  signature: Uint8Array.of(2),
  akPublic: Uint8Array.of(3),
  pcrs: new Map<HashName, ReadonlyMap<number, Uint8Array>>([
    ['sha1', new Map([[0, new Uint8Array(20)]])],
    ['sha256', new Map([7, 10, 23].map((index) => [index, new Uint8Array(32).fill(index)]))],
  ]),
  eventLog: Uint8Array.of(4),
  imaLog: Uint8Array.of(5),
  eventLogAbsent: null,
  imaLogAbsent: null,
};
const text = new TextDecoder().decode(serialiseTpmItem(item));
const utf8 = (json: string): Uint8Array => new TextEncoder().encode(json);

function codeOf(bytes: Uint8Array): string {
  try {
    parseTpmItem(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseTpmItem', () => {
  it('reads back what was written, with and without a log', () => {
    for (const eventLog of [item.eventLog, null]) {
      const { pcrs, ...rest } = parseTpmItem(serialiseTpmItem({ ...item, eventLog }));
      expect({ ...rest, pcrs: pcrs.banks }).toEqual({ ...item, eventLog });
      expect(selectionText(pcrs.selection)).toBe('sha1:0+sha256:7,10,23');
    }
  });

  it.each<[string, string, string]>([
    ['an unknown member', 'bad_value', text.replace('{"quote"', '{"clock":1,"quote"')],
    ['an unknown bank', 'unsupported', text.replace('"sha256"', '"sha3_256"')],
    ['no quote', 'bad_value', text.replace('"quote":"AQ",', '')],
    ['an empty quote', 'bad_value', text.replace('"quote":"AQ"', '"quote":""')],
    ['an oversized quote', 'too_long', text.replace('"AQ"', `"${'A'.repeat(4096)}"`)],
    ['PCR 32', 'bad_value', text.replace('"23"', '"32"')],
    ['PCR 07', 'bad_value', text.replace('"7"', '"07"')],
    ['PCR -1', 'bad_value', text.replace('"7"', '"-1"')],
    ['a PCR twice', 'duplicate', text.replace('"10"', '"7"')],
    ['a short value', 'bad_value', text.replace('17'.repeat(32), '17'.repeat(31))],
    ['a long value', 'bad_value', text.replace('17'.repeat(32), '17'.repeat(33))],
    ['a value that is not hexadecimal', 'bad_value', text.replace('17'.repeat(32), 'zz'.repeat(32))],
    ['a null log', 'bad_value', text.replace('"BA"', 'null')],
    ['trailing text', 'bad_value', `${text}1`],
  ])('refuses %s', (_, code, json) => {
    expect(json).not.toBe(text);
    expect(codeOf(utf8(json))).toBe(code);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < text.length; length++) {
      expect(codeOf(utf8(text.slice(0, length)))).not.toBe('parsed');
    }
  });

  it('answers anything at all with a format error or an item', () => {
    const near = fc
      .tuple(fc.nat(text.length), fc.string({ maxLength: 3 }))
      .map(([at, noise]) => utf8(text.slice(0, at) + noise + text.slice(at + noise.length)));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        codeOf(bytes);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
