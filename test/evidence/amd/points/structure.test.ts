import { describe, expect, it } from 'vitest';
import { parseSnpReport } from '../../../../src/evidence/amd/index.ts';
import type { ForgedSnpPlatform, ReportChange } from '../../../../src/forge/amd/platform.ts';
import { codeOf } from '../../tpm/code-of.ts';
import { failures, genoa, milan, reportData, turin, verify } from './forged.ts';

const put =
  (offset: number, ...octets: number[]) =>
  (report: Uint8Array): void =>
    report.set(octets, offset);

describe('length', () => {
  const whole = genoa.report(reportData);
  it('refuses a report cut anywhere', () => {
    for (let length = 0; length < whole.length; length++) {
      const report = whole.subarray(0, length);
      expect(codeOf(() => verify(genoa, { report }))).toBe('truncated');
      expect(codeOf(() => parseSnpReport(report))).toBe('truncated');
    }
  });
  it.each([1, 1184])('refuses %s bytes more', (more) => {
    const report = Buffer.concat([whole, new Uint8Array(more)]);
    expect(codeOf(() => verify(genoa, { report }))).toBe('trailing_data');
    expect(codeOf(() => parseSnpReport(report))).toBe('trailing_data');
  });
});

type Case = {
  readonly name: string;
  readonly platform?: ForgedSnpPlatform;
  readonly change: ReportChange;
  readonly check: string;
  readonly code: string;
};

/** Every byte of a range, set alone. */
const reserved = (version: number, platform: ForgedSnpPlatform, from: number, to: number): Case[] =>
  Array.from({ length: to - from }, (_, index) => ({
    name: `byte 0x${(from + index).toString(16)}, reserved in version ${version}`,
    platform,
    change: { version, patch: put(from + index, 1 << (index % 8)) },
    check: 'snp.report.reserved',
    code: 'reserved_not_zero',
  }));

const CASES: readonly Case[] = [
  ...[0, 1, 6, 7, 0x102, 0x0200_0000, 0xffff_ffff].map((version) => ({
    name: `version ${version}`,
    change: { patch: (report: Uint8Array) => Buffer.from(report.buffer).writeUInt32LE(version, 0) },
    check: 'snp.report.version',
    code: 'unsupported',
  })),
  ...reserved(3, genoa, 0x4c, 0x50),
  ...reserved(2, milan, 0x188, 0x1a0),
  ...reserved(3, genoa, 0x18b, 0x1a0),
  ...reserved(4, milan, 0x18b, 0x1a0),
  ...reserved(5, turin, 0x18b, 0x1a0),
  ...reserved(3, milan, 0x1eb, 0x1ec),
  ...reserved(3, milan, 0x1ef, 0x1f0),
  ...[2, 3, 4].flatMap((version) => reserved(version, milan, 0x1f8, 0x2a0)),
  ...reserved(5, genoa, 0x208, 0x2a0),
  ...Array.from({ length: 38 }, (_, index) => ({
    name: `policy bit ${26 + index}`,
    change: { policy: 0x3001fn | (1n << BigInt(26 + index)) },
    check: 'snp.report.policy',
    code: 'bad_value',
  })),
  {
    name: 'policy without bit 17',
    change: { policy: 0x1001fn },
    check: 'snp.report.policy',
    code: 'bad_value',
  },
  ...[4, 5, 0x100, 0xffff_fffe].map((vmpl) => ({
    name: `VMPL ${vmpl}`,
    change: { vmpl },
    check: 'snp.report.vmpl',
    code: 'bad_value',
  })),
  ...[0, 2, 3, 0x101].map((algorithm) => ({
    name: `signature algorithm ${algorithm}`,
    change: { patch: put(0x34, algorithm & 0xff, algorithm >> 8) },
    check: 'snp.report.signature-algorithm',
    code: 'unsupported',
  })),
  ...[2, 3, 4, 5, 6, 7].map((key) => ({
    name: `signing key ${key}`,
    change: { patch: put(0x48, key << 2) },
    check: 'snp.report.signer-info',
    code: 'bad_value',
  })),
  ...Array.from({ length: 27 }, (_, index) => ({
    name: `signer info bit ${5 + index}`,
    change: {
      patch: (report: Uint8Array) => Buffer.from(report.buffer).writeUInt32LE((1 << (5 + index)) >>> 0, 0x48),
    },
    check: 'snp.report.signer-info',
    code: 'bad_value',
  })),
  ...[
    { family: 0x17, model: 0x01 },
    { family: 0x18, model: 0x11 },
    { family: 0x19, model: 0x20 },
    { family: 0x19, model: 0x9f },
    { family: 0x19, model: 0xb0 },
    { family: 0x1a, model: 0x12 },
    { family: 0x1b, model: 0x02 },
    { family: 0, model: 0 },
  ].map(({ family, model }) => ({
    name: `processor ${family.toString(16)}/${model.toString(16)}`,
    change: { cpu: { family, model, stepping: 1 } },
    check: 'snp.report.product',
    code: 'unsupported',
  })),
  ...[0x38, 0x180, 0x1e0, 0x1f0].flatMap((offset) => [
    ...[2, 3, 4, 5].map((index) => ({
      name: `byte ${index} of the TCB at 0x${offset.toString(16)}, reserved before Turin`,
      platform: genoa,
      change: { patch: put(offset + index, 1) },
      check: 'snp.report.tcb',
      code: 'reserved_not_zero',
    })),
    ...[4, 5, 6].map((index) => ({
      name: `byte ${index} of the TCB at 0x${offset.toString(16)}, reserved on Turin`,
      platform: turin,
      change: { patch: put(offset + index, 1) },
      check: 'snp.report.tcb',
      code: 'reserved_not_zero',
    })),
  ]),
];

describe('a report that only one check refuses', () => {
  it.each(CASES)('$name', ({ platform = genoa, change, check, code }) => {
    expect(failures(verify(platform, { change }))).toEqual([check]);
    expect(codeOf(() => parseSnpReport(platform.report(reportData, change)))).toBe(code);
  });
});
