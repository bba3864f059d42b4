import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AzureMetadata } from '../../../src/agent/azure/metadata.ts';
import type { AzureVm } from '../../../src/agent/azure/port.ts';
import { toolsAzureVm } from '../../../src/agent/azure/tools.ts';
import { parsePcrChoice } from '../../../src/agent/tpm/selection.ts';
import { parseHclReport, verifyAzureCvm } from '../../../src/evidence/azure/index.ts';
import { parseAzureItem, serialiseAzureItem } from '../../../src/evidence/bundle/azure-item.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { makeAkCa } from '../../../src/forge/azure/ak-ca.ts';
import { type ForgedAzureHardware, snpHardware, tdxHardware } from '../../../src/forge/azure/hardware.ts';
import { type Furnished, furnishAzureVtpm } from '../../../src/forge/azure/swtpm-vm.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { anchorFromCertificate, parseCertificate } from '../../../src/pki/index.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';

const at = new Date('2026-01-15T12:00:00Z');
const choice = parsePcrChoice('sha256:0-9,14');
const akCa = makeAkCa(at);

/** The metadata service of the host that this hardware stands in. */
function host(hardware: ForgedAzureHardware, furnished: Furnished): AzureMetadata {
  return {
    tdQuote: async (report) => {
      expect(report).toEqual(parseHclReport(furnished.hclReport).hardwareReport);
      return furnished.tdQuote ?? new Uint8Array();
    },
    amdCertificates: async () => [...hardware.certificates],
  };
}

describeWithSwtpm('an Azure VM over tpm2-tools', () => {
  const kinds = {
    snp: () => snpHardware(forgeSnpPlatform({ at })),
    tdx: () => tdxHardware(forgeTdxPlatform({ seed: randomBytes(16).toString('hex'), at })),
  };

  it.each(['snp', 'tdx'] as const)('collects what verifies, on %s', { timeout: 120_000 }, async (kind) => {
    const hardware = kinds[kind]();
    const tpm = await startSwtpm();
    try {
      // The certificate is there for SNP alone here: some hosts have none.
      const furnished = await furnishAzureVtpm(tpm, { hardware, ...(kind === 'snp' ? { akCa } : {}) });
      const metadata = host(hardware, furnished);
      const vm = toolsAzureVm({ tcti: tpm.tcti, metadata, eventLogPath: '/nonexistent' });
      expect(await vm.hardware()).toBe(kind);

      const extraData = randomBytes(32);
      const collected = await vm.collect({ extraData, choice });
      expect(collected.eventLog).toBeNull();
      const item = parseAzureItem(serialiseAzureItem(collected));
      const { findings, verified } = verifyAzureCvm({
        ...item,
        vtpm: item,
        certificates: [...item.certificates, akCa.intermediate],
        crl: hardware.crl,
        intelCollateral: hardware.intelCollateral,
        hardwareAnchors: hardware.roots.map((der) => anchorFromCertificate(parseCertificate(der))),
        akAnchors: [anchorFromCertificate(parseCertificate(akCa.root))],
        at,
        policy: 'gate',
        extraData,
      });
      expect(findings.checks.filter(({ status }) => status === 'fail')).toEqual([]);
      expect(verified?.tee.tee).toBe(kind);
      expect(verified?.akCertificate === null).toBe(kind === 'tdx');
      expect([...(verified?.quote.pcrs.get('sha256')?.keys() ?? [])]).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14,
      ]);
    } finally {
      await tpm.stop();
    }
  });
});

describeWithSwtpm('a TPM that is no Azure VM’s', () => {
  let tpm: Swtpm;
  let vm: AzureVm;
  const metadata: AzureMetadata = {
    tdQuote: async () => new Uint8Array(),
    amdCertificates: async () => [],
  };
  const request = { extraData: randomBytes(32), choice };
  beforeAll(async () => {
    tpm = await startSwtpm();
    vm = toolsAzureVm({ tcti: tpm.tcti, metadata, eventLogPath: '/nonexistent' });
  });
  afterAll(() => tpm.stop());

  it('is told apart, and collects nothing', async () => {
    expect(await vm.hardware()).toBeNull();
    await expect(vm.collect(request)).rejects.toMatchObject({
      code: 'nv_index_absent',
      expected: '0x01400001',
    });
  });

  it('is told apart by what the index holds', async () => {
    await tpm.tool('tpm2_nvdefine', '-C', 'o', '-s', '1600', '-a', 'ownerread|ownerwrite', '0x01400001');
    await expect(vm.hardware()).rejects.toMatchObject({ code: 'nv_index_absent' });
    await expect(vm.collect(request)).rejects.toMatchObject({ code: 'ak_absent', expected: '0x81000003' });
    await tpm.tool('tpm2_createek', '-c', 'ek.ctx', '-G', 'rsa');
    await tpm.tool(
      'tpm2_createak',
      ...['-C', 'ek.ctx', '-c', 'ak.ctx', '-G', 'rsa', '-g', 'sha256', '-s', 'rsassa'],
    );
    await tpm.tool('tpm2_evictcontrol', '-C', 'o', '-c', 'ak.ctx', '0x81000003');
    await tpm.tool('tpm2_getrandom', '-o', 'noise', '32');
    await tpm.tool('tpm2_nvwrite', '-C', 'o', '-i', 'noise', '0x01400001');
    expect(await vm.hardware()).toBeNull();
    await expect(vm.collect(request)).rejects.toMatchObject({ code: 'tpm_failed' });
  });
});
