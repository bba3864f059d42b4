import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseTdReport } from '../../../src/evidence/azure/td-report.ts';
import { marshalTdReport, type TdReportParts } from '../../../src/forge/azure/td-report.ts';
import { describeWithVectors, fuzzRuns } from '../../vectors.ts';
import { genuineHclReport, patched } from './samples.ts';

const octets = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

const parts: TdReportParts = {
  reportData: octets(64, 1),
  teeTcbSvn: octets(16, 2),
  mrSeam: octets(48, 3),
  mrSignerSeam: octets(48, 4),
  seamAttributes: octets(8, 5),
  teeTcbSvn2: octets(16, 6),
  tdAttributes: 0x1122334455667788n,
  xfam: 0x61ae7n,
  mrTd: octets(48, 7),
  mrConfigId: octets(48, 8),
  mrOwner: octets(48, 9),
  mrOwnerConfig: octets(48, 10),
  rtMr: [octets(48, 11), octets(48, 12), octets(48, 13), octets(48, 14)],
  mrServiceTd: octets(48, 15),
};
const whole = marshalTdReport(parts);

function codeOf(bytes: Uint8Array): string {
  try {
    parseTdReport(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseTdReport', () => {
  it('reads each field from its place', () => {
    expect(whole).toHaveLength(1024);
    const { fields, teeTcbInfo, tdInfo, teeTcbInfoHash, teeInfoHash } = parseTdReport(whole);
    expect(fields).toEqual(parts);
    expect(Buffer.from(teeTcbInfoHash)).toEqual(hash('sha384', teeTcbInfo, 'buffer'));
    expect(Buffer.from(teeInfoHash)).toEqual(hash('sha384', tdInfo, 'buffer'));
  });

  it.each<[string, number, number, string]>([
    ['an SGX report', 0, 0, 'unsupported'],
    ['another subtype', 1, 1, 'unsupported'],
    ['version 2', 2, 2, 'unsupported'],
    ['a reserved octet of the type', 3, 1, 'bad_value'],
    ['reserved1', 4, 1, 'bad_value'],
    ['reserved2', 192, 1, 'bad_value'],
    ['reserved of TEE_TCB_INFO', 400, 1, 'bad_value'],
    ['reserved between the two structures', 495, 1, 'bad_value'],
    ['reserved of TDINFO', 1023, 1, 'bad_value'],
  ])('refuses %s', (_, offset, octet, code) => {
    expect(codeOf(patched(whole, offset, octet))).toBe(code);
  });

  it('takes version 1, in which a service TD is bound', () => {
    expect(codeOf(patched(whole, 2, 1))).toBe('parsed');
  });

  it('refuses every other length', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(whole.subarray(0, length)), `${length} bytes`).toBe('truncated');
    }
    expect(codeOf(Uint8Array.from([...whole, 0]))).toBe('trailing_data');
  });

  it('throws nothing but format errors, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), fc.nat(1023), fc.nat(255), (bytes, offset, octet) => {
        codeOf(bytes);
        codeOf(patched(whole, offset, octet));
      }),
      { numRuns: fuzzRuns },
    );
  });
});

describeWithVectors('a genuine TDREPORT', () => {
  it('states the digests of its two structures', () => {
    const report = parseTdReport(genuineHclReport('tpm/azure-tdx').subarray(32, 32 + 1024));
    expect(Buffer.from(report.teeTcbInfoHash)).toEqual(hash('sha384', report.teeTcbInfo, 'buffer'));
    expect(Buffer.from(report.teeInfoHash)).toEqual(hash('sha384', report.tdInfo, 'buffer'));
    expect(report.fields).toMatchObject({ tdAttributes: 0n, xfam: 0x618e7n });
  });
});
