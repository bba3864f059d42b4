import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/bytes/text.ts';
import {
  checkReportData,
  parseGuestPolicy,
  parsePlatformInfo,
  parseSnpReport,
  snpCertificateNeeds,
} from '../../../../src/evidence/amd/index.ts';
import { CheckList } from '../../../../src/evidence/check.ts';
import { forgeSnpPlatform } from '../../../../src/forge/amd/platform.ts';
import { PRODUCTS } from '../../../../src/forge/amd/product.ts';
import { at, genoa, milan, reportData, turin, verify } from './forged.ts';

describe('what it takes to verify a report', () => {
  it.each([
    ['Milan', milan],
    ['Genoa', genoa],
    ['Turin', turin],
  ] as const)('of a %s: the VCEK for the reported TCB, not the current one', (product, platform) => {
    const { tcb } = PRODUCTS[product];
    const currentTcb = { ...tcb, microcode: tcb.microcode + 1 };
    const report = parseSnpReport(platform.report(reportData, { currentTcb }));
    const need = { kind: 'vcek', product, chipId: toHex(platform.chipId), reportedTcb: tcb };
    expect(snpCertificateNeeds(report)).toEqual(need);
    // What the report says of its processor outweighs what anybody else says.
    expect(snpCertificateNeeds(report, 'Milan')).toEqual(need);
  });

  it('of version 2 rests on the line that the caller names', () => {
    const report = parseSnpReport(milan.report(reportData, { version: 2 }));
    expect(snpCertificateNeeds(report)).toBeNull();
    expect(snpCertificateNeeds(report, 'Milan')).toMatchObject({ kind: 'vcek', product: 'Milan' });
  });

  it('under a VLEK: the line’s ASVK alone', () => {
    const platform = forgeSnpPlatform({ at, product: 'Turin', signingKey: 'vlek' });
    const report = parseSnpReport(platform.report(reportData));
    expect(snpCertificateNeeds(report)).toEqual({ kind: 'vlek', product: 'Turin' });
  });

  it('of a masked chip cannot be asked for', () => {
    const report = parseSnpReport(genoa.report(reportData, { chipId: new Uint8Array(64) }));
    expect(snpCertificateNeeds(report)).toBeNull();
  });
});

describe('the report data', () => {
  const { verified } = verify(genoa);
  const ask = (nonce: Uint8Array | undefined, data = reportData) => {
    const checks = new CheckList();
    if (verified === null) throw new Error('verified');
    checkReportData(checks, { ...verified.report, reportData: data }, nonce);
    return checks;
  };
  it('is just the nonce, padded with zeros where that is shorter', () => {
    expect(ask(reportData).passed).toBe(true);
    const short = reportData.map((octet, index) => (index < 32 ? octet : 0));
    expect(ask(reportData.subarray(0, 32), short).passed).toBe(true);
  });
  it.each([
    ['another', reportData.with(63, 0)],
    ['a shorter one', reportData.subarray(0, 32)],
    ['a longer one', Buffer.concat([reportData, Uint8Array.of(0)])],
    ['none at all', new Uint8Array()],
  ])('is not the nonce: %s', (_, nonce) => {
    expect(ask(nonce).checks).toMatchObject([{ id: 'snp.report-data', status: 'fail' }]);
  });
  it('that is empty throughout is no answer to an empty nonce', () => {
    expect(ask(new Uint8Array(), new Uint8Array(64)).passed).toBe(false);
  });
  it('is listed as not asked without a nonce', () => {
    expect(ask(undefined).notPerformed.map(({ id }) => id)).toEqual(['snp.report-data']);
    expect(ask(undefined).checks).toEqual([]);
  });
});

describe('the bits of a guest’s policy', () => {
  it.each([
    [16, 'smt'],
    [18, 'migrateMa'],
    [19, 'debug'],
    [20, 'singleSocket'],
    [21, 'cxlAllowed'],
    [22, 'memAes256Xts'],
    [23, 'raplDisabled'],
    [24, 'ciphertextHidingDram'],
    [25, 'pageSwapDisabled'],
  ])('%s is %s, and nothing else', (bit, name) => {
    const none = parseGuestPolicy(1n << 17n);
    expect(Object.values(none).filter((value) => value === true)).toEqual([]);
    expect(parseGuestPolicy(1n << BigInt(bit))).toEqual({ ...none, [name]: true });
  });
  it('hold the least ABI', () => {
    expect(parseGuestPolicy(0x3_02_1fn)).toMatchObject({ abiMajor: 2, abiMinor: 31 });
  });
});

describe('the bits of the platform’s state', () => {
  it.each([
    [0, 'smtEnabled'],
    [1, 'tsmeEnabled'],
    [2, 'eccEnabled'],
    [3, 'raplDisabled'],
    [4, 'ciphertextHidingDramEnabled'],
    [5, 'aliasCheckComplete'],
    [6, 'iommuWriteSafe'],
    [7, 'tioEnabled'],
  ])('%s is %s, and nothing else', (bit, name) => {
    expect(parsePlatformInfo(1n << BigInt(bit))).toEqual({ ...parsePlatformInfo(0n), [name]: true });
  });
  it('that nobody knows yet are listed, and keep nothing from being verified', () => {
    expect(parsePlatformInfo(0n).unknownBits).toEqual([]);
    const platformInfo = (1n << 8n) | (1n << 63n) | 1n;
    expect(parsePlatformInfo(platformInfo)).toMatchObject({ smtEnabled: true, unknownBits: [8, 63] });
    const { verified, findings } = verify(genoa, { change: { platformInfo } });
    expect(verified).not.toBeNull();
    expect(findings.notPerformed.map(({ id }) => id)).toEqual(['snp.report.platform-info']);
  });
});
