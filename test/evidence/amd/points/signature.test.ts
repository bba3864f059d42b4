import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSnpReport } from '../../../../src/evidence/amd/index.ts';
import { forgeSnpPlatform } from '../../../../src/forge/amd/platform.ts';
import { signReport } from '../../../../src/forge/amd/report.ts';
import { codeOf } from '../../tpm/code-of.ts';
import { at, failures, genoa, milan, reportData, turin, verify } from './forged.ts';

const R = 0x2a0;
const S = 0x2e8;
const SCALAR = 48;
/** Order of P-384 (FIPS 186-5), little-endian as the report has numbers. */
const ORDER = Buffer.from(
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'hex',
).toReversed();

const flipped = (report: Uint8Array, offset: number, bit: number): Uint8Array => {
  const bytes = report.slice();
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit);
  return bytes;
};

describe.each([
  ['Genoa', genoa, 1],
  // The same code reads them: a part of the bytes will do.
  ['Milan', milan, 5],
  ['Turin', turin, 5],
] as const)('the signature of a %s', (_, platform, step) => {
  const report = platform.report(reportData);

  it('covers every byte before it', () => {
    for (let offset = 0; offset < R; offset += step) {
      const bytes = flipped(report, offset, (offset * 5) % 8);
      expect(failures(verify(platform, { report: bytes, crl: null })), `byte ${offset}`).not.toEqual([]);
    }
  });

  it('alone tells where only what the report says was changed', () => {
    // Report data, measurement, host data, key digests, report identities: bytes that nothing else restrains.
    for (let offset = 0x50; offset < 0x180; offset += 3 * step) {
      const bytes = flipped(report, offset, offset % 8);
      expect(failures(verify(platform, { report: bytes, crl: null }))).toEqual(['snp.report.signature']);
    }
  });

  it('does not hold with one bit of R or S flipped', () => {
    for (const start of [R, S]) {
      for (let index = 0; index < SCALAR; index += step) {
        const bytes = flipped(report, start + index, index % 8);
        expect(failures(verify(platform, { report: bytes, crl: null }))).toEqual(['snp.report.signature']);
      }
    }
  });
});

describe('what stands around R and S', () => {
  const report = genoa.report(reportData);
  it('is zero: nobody signs it, so anybody could hide something there', () => {
    const ranges = [
      [R + SCALAR, S],
      [S + SCALAR, S + 72],
      [S + 72, 0x4a0],
    ] as const;
    for (const [from, to] of ranges) {
      for (let offset = from; offset < to; offset++) {
        const bytes = flipped(report, offset, offset % 8);
        expect(failures(verify(genoa, { report: bytes }))).toEqual(['snp.report.signature-encoding']);
        expect(codeOf(() => parseSnpReport(bytes))).toBe('reserved_not_zero');
      }
    }
  });
});

describe('R and S out of range', () => {
  const zero = new Uint8Array(SCALAR);
  const one = Uint8Array.from(zero, (_, index) => (index === 0 ? 1 : 0));
  const full = new Uint8Array(SCALAR).fill(0xff);
  const values = { zero, order: ORDER, full };
  const report = genoa.report(reportData);
  it.each(Object.entries(values))('both are %s', (_, value) => {
    const bytes = report.slice();
    bytes.set(value, R);
    bytes.set(value, S);
    expect(failures(verify(genoa, { report: bytes }))).toEqual(['snp.report.signature']);
  });
  it.each(Object.entries({ ...values, one }))('either is %s', (_, value) => {
    for (const offset of [R, S]) {
      const bytes = report.slice();
      bytes.set(value, offset);
      expect(failures(verify(genoa, { report: bytes }))).toEqual(['snp.report.signature']);
    }
  });
});

describe('who signed', () => {
  it('is another key of the same line', () => {
    const other = forgeSnpPlatform({ at });
    const report = signReport(genoa.report(reportData), other.leafKey);
    expect(failures(verify(genoa, { report }))).toEqual(['snp.report.signature']);
  });

  it('wrote R and S in the other byte order', () => {
    const report = genoa.report(reportData);
    for (const start of [R, S]) report.set(report.slice(start, start + SCALAR).toReversed(), start);
    expect(failures(verify(genoa, { report }))).toEqual(['snp.report.signature']);
  });

  it('may have numbers that are short or begin with a one bit', () => {
    // Until all four kinds of leading byte have been seen in R and in S: DER writes each differently.
    const seen = new Set<string>();
    for (let tries = 0; tries < 3000 && seen.size < 6; tries++) {
      const report = genoa.report(reportData);
      for (const start of [R, S]) {
        const top = report[start + SCALAR - 1] ?? 0;
        seen.add(`${start} ${top === 0 ? 'short' : top < 0x80 ? 'plain' : 'padded'}`);
        if (top === 0 || tries < 16) expect(failures(verify(genoa, { report, crl: null }))).toEqual([]);
      }
    }
    expect(seen.size).toBe(6);
  });

  it.each(['sha256', 'sha512'])('signed %s of it', (hash) => {
    const report = genoa.report(reportData);
    const signed = report.subarray(0, R);
    const signature = sign(hash, signed, { key: genoa.leafKey, dsaEncoding: 'ieee-p1363' });
    report.set(signature.subarray(0, SCALAR).toReversed(), R);
    report.set(signature.subarray(SCALAR).toReversed(), S);
    expect(failures(verify(genoa, { report }))).toEqual(['snp.report.signature']);
  });

  it('signed more than what stands before the signature', () => {
    const report = genoa.report(reportData);
    const signature = sign('sha384', report, { key: genoa.leafKey, dsaEncoding: 'ieee-p1363' });
    report.set(signature.subarray(0, SCALAR).toReversed(), R);
    report.set(signature.subarray(SCALAR).toReversed(), S);
    expect(failures(verify(genoa, { report }))).toEqual(['snp.report.signature']);
  });
});
