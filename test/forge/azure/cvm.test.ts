import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parsePcrChoice } from '../../../src/agent/tpm/selection.ts';
import { type HclReport, parseHclReport } from '../../../src/evidence/azure/index.ts';
import { parseAzureItem, serialiseAzureItem } from '../../../src/evidence/bundle/azure-item.ts';
import { parseTpmsAttestQuote, selectionText } from '../../../src/evidence/tpm/index.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { type ForgedAzureCvm, forgeAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { snpHardware, tdxHardware } from '../../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { genuineHclReport } from '../../evidence/azure/samples.ts';
import { describeWithVectors } from '../../vectors.ts';

const at = new Date('2026-01-15T12:00:00Z');
const vms: Partial<Record<'snp' | 'tdx', ForgedAzureCvm>> = {};
beforeAll(async () => {
  vms.snp = await forgeAzureCvm({ at, hardware: snpHardware(forgeSnpPlatform({ at })) });
  vms.tdx = await forgeAzureCvm({ at, hardware: tdxHardware(forgeTdxPlatform({ seed: 'azure forge', at })) });
}, 120_000);

function forged(kind: 'snp' | 'tdx'): ForgedAzureCvm {
  const vm = vms[kind];
  if (vm === undefined) throw new Error('made before all');
  return vm;
}

describe.each(['snp', 'tdx'] as const)('a forged Azure VM on %s', (kind) => {
  it('certifies its key by a chain that another implementation verifies', async () => {
    const vm = forged(kind);
    const { vtpm, certificates } = await vm.evidence(new Uint8Array(32));
    // OpenSSL reads no padding.
    const der = vtpm.akCertificate.subarray(0, 4 + Buffer.from(vtpm.akCertificate).readUInt16BE(2));
    const [ak, ca, root] = [der, certificates.at(-1) ?? der, vm.akCa.root].map(
      (one) => new X509Certificate(one),
    );
    if (ak === undefined || ca === undefined || root === undefined) throw new Error('three certificates');
    expect(ak.publicKey.equals(vm.ak)).toBe(true);
    expect(ak.checkIssued(ca) && ak.verify(ca.publicKey)).toBe(true);
    expect(ca.checkIssued(root) && ca.verify(root.publicKey)).toBe(true);
    expect([ak, ca, root].every(({ subject }) => subject.includes('not Azure'))).toBe(true);
    expect(vtpm.akCertificate).toHaveLength(4096);
  });

  it('quotes what it is asked for, as its agent sees it', async () => {
    const { vm } = forged(kind);
    expect(await vm.hardware()).toBe(kind);
    const extraData = new Uint8Array(32).fill(9);
    const collected = await vm.collect({ extraData, choice: parsePcrChoice('sha256:0-7') });
    const attest = parseTpmsAttestQuote(collected.quote);
    expect(attest.extraData).toEqual(extraData);
    expect(selectionText(attest.pcrSelect)).toBe('sha256:0,1,2,3,4,5,6,7');
    const item = parseAzureItem(serialiseAzureItem(collected));
    expect(item.hclReport).toEqual(collected.hclReport);
    expect(item.tdQuote === null).toBe(kind === 'snp');
  });
});

describeWithVectors('next to genuine ones', () => {
  /** Claims with every text the same: their members, in order. */
  const shape = ({ variableData }: HclReport): string =>
    JSON.stringify(
      JSON.parse(new TextDecoder().decode(variableData), (_, value) =>
        typeof value === 'object' ? value : typeof value,
      ),
    );
  const sizes = (bytes: Uint8Array, { variableData }: HclReport): number[] =>
    [8, 1216, 1232].map((offset) => Buffer.from(bytes).readUInt32LE(offset) - variableData.length);

  it.each([
    ['snp', 'snp/azure-genoa'],
    ['tdx', 'tpm/azure-tdx'],
  ] as const)('a forged HCL report of %s has the header, members and sizes of %s', async (kind, path) => {
    const genuine = genuineHclReport(path);
    const made = (await forged(kind).evidence(new Uint8Array(32))).hclReport;
    const [theirs, ours] = [parseHclReport(genuine), parseHclReport(made)];
    expect(made).toHaveLength(genuine.length);
    // All but report_size, which goes with the length of the claims.
    expect(made.subarray(0, 8)).toEqual(genuine.subarray(0, 8));
    expect(made.subarray(12, 32)).toEqual(genuine.subarray(12, 32));
    expect(made.subarray(1220, 1232)).toEqual(genuine.subarray(1220, 1232));
    expect(sizes(made, ours)).toEqual(sizes(genuine, theirs));
    expect(ours.hardwareReport).toHaveLength(theirs.hardwareReport.length);
    expect(shape(ours)).toBe(shape(theirs));
  });
});
