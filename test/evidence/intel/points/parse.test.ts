import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/bytes/errors.ts';
import { parseQuote } from '../../../../src/evidence/intel/index.ts';
import type { QuoteEnvelope } from '../../../../src/forge/intel/quote.ts';
import { ascii, judge, REPORT_DATA, sgx, tdx } from './verifier.ts';

/** Point 1 of Intel's rules: what is no quote is refused as such, before anything is verified. */

const TD15 = { mrServiceTd: new Uint8Array(48) };
const QUOTES: readonly (readonly [name: string, quote: Uint8Array])[] = [
  ['SGX v3', sgx.quote(REPORT_DATA)],
  ['TDX v4', tdx.quote(REPORT_DATA)],
  ['TDX v5, TD 1.0', tdx.quote(REPORT_DATA, {}, { version: 5 })],
  ['TDX v5, TD 1.5', tdx.quote(REPORT_DATA, TD15)],
  ['SGX v5', sgx.quote(REPORT_DATA, {}, { version: 5 })],
];

function code(quote: Uint8Array): string {
  try {
    parseQuote(quote);
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'none';
}

describe('1: a quote is parsed whole or not at all', () => {
  it.each(QUOTES)('%s, cut at every byte', (_, quote) => {
    expect(code(quote)).toBe('none');
    for (let length = 0; length < quote.length; length++) {
      expect(code(quote.subarray(0, length)), `at ${length}`).not.toBe('none');
    }
  });

  it.each(QUOTES)('%s, with what stands behind it', (_, quote) => {
    const followed = (octet: number, size: number) =>
      Buffer.concat([quote, new Uint8Array(size).fill(octet)]);
    expect(code(followed(0, 3000))).toBe('none');
    expect(code(followed(1, 1))).toBe('trailing_data');
    expect(code(Buffer.concat([followed(0, 70), Uint8Array.of(1)]))).toBe('trailing_data');
    expect(code(followed(0, 65_536 - quote.length))).toBe('none');
    expect(code(followed(0, 65_537 - quote.length))).toBe('too_long');
  });

  const ENVELOPES: readonly (readonly [name: string, envelope: Partial<QuoteEnvelope>])[] = [
    ['version 2', { version: 2 }],
    ['version 6', { version: 6 }],
    ['an ECDSA P-384 key', { attKeyType: 3 }],
    ['an EPID key', { attKeyType: 0 }],
    ['the TEE type of SGX', { teeType: 0 }],
    ['an unknown TEE type', { teeType: 0x82 }],
    ['reserved bytes that are not zero', { reserved: Uint8Array.of(0, 0, 1, 0) }],
    ['another vendor of quoting enclaves', { qeVendorId: new Uint8Array(16) }],
    ['an outer certification type of 5', { outerCertType: 5 }],
    ['an unknown inner certification type', { certType: 4 }],
    ['an inner certification type of 6', { certType: 6 }],
    ['authentication data without end', { authData: new Uint8Array(60_000) }],
    ['a chain without end', { certData: new Uint8Array(60_000) }],
    ['body type 0', { version: 5, bodyType: 0 }],
    ['body type 4', { version: 5, bodyType: 4 }],
    ['a body of SGX in a TD quote', { version: 5, bodyType: 1 }],
    ['a body of TD 1.5 that is as long as TD 1.0', { version: 5, bodyType: 3 }],
    ['a body size of one less', { version: 5, bodySize: 583 }],
    ['a body size of one more', { version: 5, bodySize: 585 }],
  ];

  it.each(ENVELOPES)('refuses %s', (_, envelope) => {
    const quote = tdx.quote(REPORT_DATA, {}, envelope);
    expect(code(quote)).not.toBe('none');
    expect(() => judge(quote, tdx.collateral())).toThrow(FormatError);
  });

  it('refuses the TEE type of TDX in a quote of version 3', () => {
    expect(code(sgx.quote(REPORT_DATA, {}, { teeType: 0x81 }))).not.toBe('none');
    expect(code(sgx.quote(REPORT_DATA, {}, { version: 4 }))).not.toBe('none');
    expect(code(sgx.quote(REPORT_DATA, {}, { version: 5, bodyType: 2 }))).not.toBe('none');
  });

  /** Offsets of lengths: version 4 has its signature data at 636. */
  const LENGTHS = [
    ['of the signature data', 632],
    ['of the outer certification data', 766],
    ['of the authentication data', 1218],
    ['of the chain', 1254],
  ] as const;

  it.each(LENGTHS)('refuses a length %s that is one too small or too great', (_, offset) => {
    const quote = tdx.quote(REPORT_DATA, {}, { trailing: new Uint8Array(8) });
    for (const by of [-1, 1, 256, -256]) {
      const changed = Buffer.from(quote);
      const size = offset === 1218 ? 2 : 4;
      const length = changed.readUIntLE(offset, size) + by;
      if (length < 0) continue;
      changed.writeUIntLE(length, offset, size);
      expect(code(changed), `${by}`).not.toBe('none');
    }
  });

  it('reads all that a quote says', () => {
    const quote = parseQuote(tdx.quote(REPORT_DATA, TD15, { userData: ascii('twenty bytes of data') }));
    expect(quote).toMatchObject({ version: 5, tee: 'tdx', report: { reportData: REPORT_DATA } });
    expect(parseQuote(sgx.quote(REPORT_DATA))).toMatchObject({ version: 3, tee: 'sgx' });
  });

  it('keeps its own copy', () => {
    const bytes = tdx.quote(REPORT_DATA);
    const quote = parseQuote(bytes);
    bytes.fill(0);
    expect(quote.report.reportData).toEqual(REPORT_DATA);
  });
});
