import { expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/text.ts';
import { snpCertificateNeeds, verifySnpReport } from '../../../src/evidence/amd/index.ts';
import { describeWithVectors } from '../../vectors.ts';
import { amdAnchors, type Genuine, type GenuineName, genuine, JUNE_2025, JUNE_2026 } from './genuine.ts';

function verify(
  { report, certificates }: Genuine,
  at: Date,
  anchors = amdAnchors(certificates),
): ReturnType<typeof verifySnpReport> {
  return verifySnpReport({ report, certificates, crl: null, anchors, at });
}

function failed({ findings }: ReturnType<typeof verifySnpReport>): string[] {
  return findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
}

describeWithVectors('genuine SEV-SNP reports', () => {
  const authentic: readonly [GenuineName, Date, string][] = [
    ['genoa-vcek-v3', JUNE_2026, 'Genoa'],
    ['turin-vcek-v5', JUNE_2026, 'Turin'],
    ['milan-vcek-v3', JUNE_2026, 'Milan'],
    ['milan-vcek-v2', JUNE_2026, 'Milan'],
    ['milan-vlek-v3', JUNE_2025, 'Milan'],
  ];
  it.each(authentic)('verifies %s', (name, at, product) => {
    const result = verify(genuine(name), at);
    expect(failed(result)).toEqual([]);
    expect(result.verified?.product).toBe(product);
    expect(result.findings.notPerformed.map(({ id }) => id)).toEqual(['snp.revocation']);
    expect(result.verified?.revocationChecked).toBe(false);
  });

  it('does not mind the order of the certificates, nor one that stands twice', () => {
    const { report, certificates } = genuine('turin-vcek-v5');
    const shuffled = [...certificates.toReversed(), ...certificates];
    expect(verify({ report, certificates: shuffled }, JUNE_2026).verified).not.toBeNull();
  });

  it('reads what the Turin report says of itself', () => {
    const { verified } = verify(genuine('turin-vcek-v5'), JUNE_2026);
    expect(verified?.report.reportedTcb).toEqual({ fmc: 1, bootLoader: 1, tee: 1, snp: 4, microcode: 81 });
    expect(verified?.report.currentMitVector).toBe(0x3fn);
    expect(verified?.chipId?.slice(0, 20)).toBe('59790fb1c39f35c10000');
    expect(verified?.validUntil.toISOString()).toBe('2033-02-05T01:04:33.000Z');
  });

  it('names a VLEK by its provider and never by a chip', () => {
    const { verified } = verify(genuine('milan-vlek-v3'), JUNE_2025);
    expect(verified?.cspId).toBe('CN=cc-us-east-2.amazonaws.com');
    expect(verified?.chipId).toBeNull();
    expect(verified?.report.vmpl).toBe(1);
    expect(verified?.report.committedTcb.microcode).toBe(0xdb);
    expect(verified?.report.reportedTcb.microcode).toBe(0xd9);
  });

  it('refuses certificates outside their validity, and says so alone', () => {
    expect(failed(verify(genuine('milan-vlek-v3'), JUNE_2026))).toEqual(['snp.chain.validity']);
    expect(failed(verify(genuine('genoa-vcek-v3'), JUNE_2025))).toEqual(['snp.chain.validity']);
  });

  it("refuses a certificate that looks like AMD's and is not", () => {
    const result = verify(genuine('lookalike-vcek'), JUNE_2026);
    expect(result.verified).toBeNull();
    expect(failed(result)).toContain('snp.chain.leaf');
    expect(failed(result)).toContain('snp.report.signature');
  });

  it('knows what to ask the key distribution service for', () => {
    const { verified } = verify(genuine('genoa-vcek-v3'), JUNE_2026);
    if (verified === null) throw new Error('not verified');
    expect(snpCertificateNeeds(verified.report)).toEqual({
      kind: 'vcek',
      product: 'Genoa',
      chipId: toHex(verified.report.chipId),
      reportedTcb: { fmc: null, bootLoader: 10, tee: 0, snp: 23, microcode: 84 },
    });
  });
});
