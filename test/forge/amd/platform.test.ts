import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import type { SnpProduct } from '../../../src/evidence/amd/evidence.ts';
import { snpPki } from '../../../src/forge/amd/pki.ts';
import { type ForgedSnpPlatform, forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { anchorFromCertificate, parseCertificate, parseCrl } from '../../../src/pki/index.ts';

const at = new Date('2026-06-01T00:00:00Z');
const reportData = new Uint8Array(64).fill(7);

/** As the specification says, with nothing of the project in between: SHA-384 over 0..0x29f, R and S little-endian. */
function isSigned(platform: ForgedSnpPlatform, report: Uint8Array): boolean {
  const number = (offset: number) => report.slice(offset, offset + 48).toReversed();
  const signature = Buffer.concat([number(0x2a0), number(0x2e8)]);
  const key = createPublicKey(platform.leafKey);
  return verify('sha384', report.subarray(0, 0x2a0), { key, dsaEncoding: 'ieee-p1363' }, signature);
}

describe.each([
  ['Milan', 'vcek'],
  ['Milan', 'vlek'],
  ['Genoa', 'vcek'],
  ['Genoa', 'vlek'],
  ['Turin', 'vcek'],
  ['Turin', 'vlek'],
] as const)('a forged %s under a %s', (product: SnpProduct, signingKey) => {
  const platform = forgeSnpPlatform({ at, product, signingKey });

  it('has a chain that another implementation verifies', () => {
    const [leaf, intermediate, ark] = platform.certificates().map((der) => new X509Certificate(der));
    if (leaf === undefined || intermediate === undefined || ark === undefined)
      throw new Error('a chain of three');
    expect(leaf.checkIssued(intermediate) && leaf.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.checkIssued(ark) && intermediate.verify(ark.publicKey)).toBe(true);
    expect(ark.verify(ark.publicKey)).toBe(true);
    expect(anchorFromCertificate(parseCertificate(ark.raw))).toBeDefined();
  });

  it.each([2, 3, 4, 5])('signs a report of version %s over what was asked', (version) => {
    const report = platform.report(reportData, { version });
    expect(report).toHaveLength(1184);
    expect(report[0]).toBe(version);
    expect(toHex(report.subarray(0x50, 0x90))).toBe(toHex(reportData));
    expect(isSigned(platform, report)).toBe(true);
    expect(report.subarray(0x188, 0x18b).some((octet) => octet !== 0)).toBe(version > 2);
    expect(report.subarray(0x1f8, 0x208).some((octet) => octet !== 0)).toBe(version === 5);
  });

  it('names its chip under a VCEK alone', () => {
    expect(platform.chipId.some((octet) => octet !== 0)).toBe(signingKey === 'vcek');
    expect(toHex(platform.report(reportData).subarray(0x1a0, 0x1e0))).toBe(toHex(platform.chipId));
  });
});

it('signs what a test puts into the bytes last', () => {
  const platform = forgeSnpPlatform({ at });
  const patch = (report: Uint8Array) => {
    report[0x4c] = 1;
  };
  const report = platform.report(reportData, { patch });
  expect(report[0x4c]).toBe(1);
  expect(isSigned(platform, report)).toBe(true);
});

it('shares one PKI of a line in one process, and keeps owners apart', () => {
  const [first, second] = [forgeSnpPlatform({ at }), forgeSnpPlatform({ at })];
  expect(first.roots).toEqual(second.roots);
  expect(first.chipId).not.toEqual(second.chipId);
  const stranger = snpPki('Genoa', { owner: 'stranger' });
  expect(parseCertificate(stranger.ark.certificate).subject).toEqual(
    parseCertificate(snpPki('Genoa').ark.certificate).subject,
  );
  expect(stranger.ark.key.equals(snpPki('Genoa').ark.key)).toBe(false);
});

it('writes a CRL that keeps to RFC 5280, and revokes what it is told', () => {
  const platform = forgeSnpPlatform({ at });
  expect(parseCrl(platform.crl())).toMatchObject({
    departures: [],
    nextUpdate: new Date('2027-05-27T00:00:00Z'),
  });
  const { entries } = parseCrl(platform.crl({ revoked: [0x20002] }));
  expect([...entries.values()].flatMap((serials) => [...serials.keys()])).toEqual(['020002']);
});
