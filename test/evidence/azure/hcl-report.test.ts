import { hash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { hclReportTypeOf, parseHclReport } from '../../../src/evidence/azure/hcl-report.ts';
import { marshalClaims, marshalHclReport, reportDataFor } from '../../../src/forge/azure/hcl-report.ts';
import { describeWithVectors, fuzzRuns } from '../../vectors.ts';
import { claimedKey, genuineHclReport, patched } from './samples.ts';

const [ak, ek] = [claimedKey(), claimedKey()];
const userData = new Uint8Array(randomBytes(64));
const claims = marshalClaims({ ak, ek, vmUniqueId: 'A', userData });
const snp = new Uint8Array(1184).fill(0x5e);
const tdx = new Uint8Array(1024).fill(0x7d);
const whole = marshalHclReport({ reportType: 'snp', hardwareReport: snp, claims });
const end = 1236 + claims.length;

function codeOf(bytes: Uint8Array): string {
  try {
    parseHclReport(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseHclReport', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('reads an SNP report and its claims under %s', (name) => {
    const parsed = parseHclReport(
      marshalHclReport({ reportType: 'snp', hardwareReport: snp, claims, hash: name }),
    );
    expect(parsed).toMatchObject({ version: 2, reportType: 'snp', hash: name });
    expect(parsed.hardwareReport).toEqual(snp);
    expect(parsed.variableData).toEqual(claims);
    expect(parsed.claims).toEqual({
      ak,
      ek,
      vmConfiguration: {
        consoleEnabled: true,
        secureBoot: true,
        tpmEnabled: true,
        tpmPersisted: true,
        vmUniqueId: 'A',
      },
      userData,
    });
  });

  it('reads the 1,024 bytes of a TDREPORT and demands zeros behind them', () => {
    const report = marshalHclReport({ reportType: 'tdx', hardwareReport: tdx, claims });
    expect(parseHclReport(report).hardwareReport).toEqual(tdx);
    expect(codeOf(patched(report, 32 + 1024, 1))).toBe('reserved_not_zero');
    expect(codeOf(patched(report, 32 + 1183, 1))).toBe('reserved_not_zero');
  });

  it('takes a report_size of the whole, or of the hardware report as it is documented', () => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, 1184, true);
    expect(codeOf(patched(whole, 8, ...new Uint8Array(view.buffer)))).toBe('parsed');
  });

  it('takes zeros behind the claims, as many as a page holds, or none', () => {
    const of = (totalBytes: number): Uint8Array =>
      marshalHclReport({ reportType: 'snp', hardwareReport: snp, claims, totalBytes });
    expect(of(0)).toHaveLength(end);
    expect([0, end + 1, 2600, 4096].map((size) => codeOf(of(size)))).toEqual(Array(4).fill('parsed'));
    expect(codeOf(of(4097))).toBe('too_long');
  });

  it.each<[string, number, readonly number[], string]>([
    ['signature', 0, [0x49], 'bad_value'],
    ['version 0', 4, [0], 'unsupported'],
    ['version 3', 4, [3], 'unsupported'],
    ['report_size', 8, [1], 'bad_value'],
    ['request_type', 12, [1], 'unsupported'],
    ['status', 16, [1], 'bad_value'],
    ['reserved, first', 20, [1], 'reserved_not_zero'],
    ['reserved, last', 31, [1], 'reserved_not_zero'],
    ['data_size', 1216, [0], 'bad_value'],
    ['data version', 1220, [2], 'unsupported'],
    ['report_type 0', 1224, [0], 'unsupported'],
    ['report_type 1, VBS', 1224, [1], 'unsupported'],
    ['report_type 3, trusted launch', 1224, [3], 'unsupported'],
    ['report_type 5', 1224, [5], 'unsupported'],
    ['hash type 0', 1228, [0], 'unsupported'],
    ['hash type 4', 1228, [4], 'unsupported'],
    ['variable_data_size, of another length', 1232, [0], 'bad_value'],
    ['variable_data_size, huge', 1234, [0xff, 0xff], 'bad_value'],
    ['padding, first', end, [1], 'reserved_not_zero'],
    ['padding, last', 2599, [1], 'reserved_not_zero'],
    ['claims that are no JSON', 1236, [0], 'bad_value'],
  ])('refuses %s', (_, offset, octets, code) => {
    expect(codeOf(patched(whole, offset, ...octets))).toBe(code);
  });

  it('refuses claims that end before their object does', () => {
    const short = marshalHclReport({
      reportType: 'snp',
      hardwareReport: snp,
      claims: claims.subarray(0, claims.length - 1),
    });
    expect(codeOf(short)).toBe('bad_value');
  });

  it('refuses every truncation inside what is measured', () => {
    for (let length = 0; length < end; length++) {
      expect(codeOf(whole.subarray(0, length)), `${length} bytes`).toBe('truncated');
    }
  });

  it('copies its input', () => {
    const bytes = Uint8Array.from(whole);
    const parsed = parseHclReport(bytes);
    bytes.fill(0);
    expect(parsed.variableData).toEqual(claims);
  });

  it('throws nothing but format errors, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.nat(whole.length),
        (changes, length) => {
          const bytes = Uint8Array.from(whole);
          for (const [offset, octet] of changes) bytes[offset] = octet;
          codeOf(bytes);
          codeOf(bytes.subarray(0, length));
        },
      ),
      { numRuns: fuzzRuns },
    );
  });
});

describe('hclReportTypeOf', () => {
  it('tells the kinds of hardware apart, and other bytes from both', () => {
    expect(hclReportTypeOf(whole)).toBe('snp');
    expect(hclReportTypeOf(patched(whole, 1224, 4))).toBe('tdx');
    expect(hclReportTypeOf(patched(whole, 1224, 3))).toBeNull();
    expect(hclReportTypeOf(patched(whole, 0, 0))).toBeNull();
    expect(hclReportTypeOf(whole.subarray(0, 1235))).toBeNull();
  });
});

describeWithVectors('genuine HCL reports', () => {
  it.each([
    ['tpm/azure-snp', 1, 'snp', '7DF7B373-B947-4AAA-96E5-C358F2A03D20'],
    ['snp/azure-genoa', 2, 'snp', '390CBCF5-6C67-4D9B-98EF-C3F1699CC8FC'],
    ['tpm/azure-tdx', 2, 'tdx', '6332533D-5649-4D02-8AA7-8F64B7C3EE21'],
  ])('%s: version %i, %s', (path, version, reportType, vmUniqueId) => {
    const parsed = parseHclReport(genuineHclReport(path));
    expect(parsed).toMatchObject({ version, reportType, hash: 'sha256' });
    expect(parsed.claims.vmConfiguration).toMatchObject({ vmUniqueId, secureBoot: true, tpmEnabled: true });
    expect(parsed.claims.ak.modulus).toHaveLength(256);
    const reportData = parsed.hardwareReport.subarray(...(reportType === 'snp' ? [80, 144] : [128, 192]));
    expect(reportData).toEqual(reportDataFor(parsed.variableData));
    expect(Buffer.from(reportData.subarray(0, 32))).toEqual(hash('sha256', parsed.variableData, 'buffer'));
  });
});
