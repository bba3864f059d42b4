import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAzureItem, serialiseAzureItem } from '../../../src/evidence/bundle/azure-item.ts';
import { parseSnpItem, serialiseSnpItem } from '../../../src/evidence/bundle/snp-item.ts';
import { parseCollateralFile } from '../../../src/evidence/intel/collateral-file.ts';
import { parseDeviceJson } from '../../../src/evidence/nvidia/index.ts';
import { parseTpmsAttestQuote } from '../../../src/evidence/tpm/index.ts';
import { selectedPcrs } from '../../../src/evidence/tpm/pcr-selection.ts';
import { forgeSnpPlatform } from '../../../src/forge/amd/platform.ts';
import { forgeAzureCvm } from '../../../src/forge/azure/cvm.ts';
import { snpHardware } from '../../../src/forge/azure/hardware.ts';
import { forgeTdxPlatform } from '../../../src/forge/intel/platform.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeRimsOf } from '../../../src/forge/nvidia/rim.ts';
import { azurePart } from '../../../src/service/audit/export/azure.ts';
import type { ExportPart } from '../../../src/service/audit/export/files.ts';
import { nvidiaPart } from '../../../src/service/audit/export/nvidia.ts';
import { amdPart, intelPart } from '../../../src/service/audit/export/tee.ts';
import { tpmPart } from '../../../src/service/audit/export/tpm.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const at = new Date();
const reportData = new Uint8Array(64).fill(7);
const SEVENS = '07'.repeat(64);

const toHexOrNull = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');

/** As somebody has it who was handed the export. */
function written({ files }: ExportPart): string {
  const folder = temporaryFolder();
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const hasTpm2Tools = ['tpm2_checkquote', 'tpm2_eventlog'].every(
  (program) => spawnSync('which', [program]).status === 0,
);
const EXAMPLE = resolve(import.meta.dirname, '../../../examples/evidence/tpm-ecc');
const reportDataOf = (readme: string): string => /`(dd [^`]*)`/.exec(readFileSync(readme, 'utf8'))?.[1] ?? '';

/** The first of the README's commands that begins so, run in the folder. */
function follow({ readme }: ExportPart, folder: string, begins: string): string {
  const command = new RegExp(`(?:^|\`)(${begins}[^\\n\`]*)`, 'm').exec(readme)?.[1];
  if (command === undefined) throw new Error(`no ${begins} in the README`);
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  expect([status, stderr.replace(/.*: OK\n/, '')]).toEqual([0, expect.not.stringContaining('error')]);
  return stdout;
}

/** An example's quote, as a host's item has it. */
function exampleQuote(): Parameters<typeof tpmPart>[1] {
  const read = (name: string) => readFileSync(join(EXAMPLE, name));
  // Values alone, in the order that was signed.
  const values = read('quote.pcrs');
  const selection = parseTpmsAttestQuote(read('quote.msg')).pcrSelect;
  let at = 0;
  const banks = new Map(
    selection.map(({ hash, mask }) => {
      const bank = new Map<number, Uint8Array>();
      for (const pcr of selectedPcrs(mask)) {
        bank.set(pcr, values.subarray(at, at + hash.digestBytes));
        at += hash.digestBytes;
      }
      return [hash.name, bank];
    }),
  );
  return {
    quote: read('quote.msg'),
    signature: read('quote.sig'),
    pcrs: { selection, banks },
    eventLog: read('eventlog'),
    imaLog: null,
    key: ['ak.pub', read('ak.pub')],
  };
}

describe('an export', () => {
  it.skipIf(!hasTpm2Tools)('of a boot log has what tpm2_eventlog reads, by the command of its README', () => {
    const part = tpmPart('tpm', exampleQuote());
    const folder = written(part);
    expect(follow(part, folder, 'tpm2_checkquote')).toContain('pcrs:');
    const told = follow(part, folder, 'tpm2_eventlog');
    expect(told).toMatch(/^events:$/m);
    expect(told).toMatch(/EventType: EV_[A-Z_]+/);
    expect(told).toMatch(/^pcrs:\n {2}sha\d+:/m);
  });

  it('of a TDX quote has Intel’s documents each by itself and in the file that dcap-qvl reads', () => {
    const platform = forgeTdxPlatform({ seed: 'export', at });
    const collateral = platform.collateral();
    const part = intelPart('tee', { quote: platform.quote(reportData), eventLog: null }, collateral);
    const whole = part.files.get('collateral.json') ?? new Uint8Array();
    const again = parseCollateralFile(whole);
    for (const [name, bytes] of Object.entries(collateral))
      if (name !== 'tcbInfo' && name !== 'qeIdentity')
        expect([name, toHexOrNull(again[name as keyof typeof again])]).toEqual([name, toHexOrNull(bytes)]);
    for (const name of ['tcbInfo', 'qeIdentity'] as const)
      expect(JSON.parse(Buffer.from(again[name] ?? []).toString())).toEqual(
        JSON.parse(Buffer.from(collateral[name] ?? []).toString()),
      );
    const folder = written(part);
    expect(follow(part, folder, 'dd ').trim()).toBe(SEVENS);
    expect(follow(part, folder, 'openssl crl')).toContain('Certificate Revocation List');
  });

  it('of an SNP report has certificates that openssl chains, under snpguest’s names', () => {
    const platform = forgeSnpPlatform({ at });
    const item = parseSnpItem(
      serialiseSnpItem({ report: platform.report(reportData), auxblob: platform.auxblob() }),
    );
    const part = amdPart('tee', item, { certificates: platform.roots, crl: platform.crl() });
    expect([...part.files.keys()].filter((path) => path.startsWith('certs/')).sort()).toEqual([
      ...['certs/ark.pem', 'certs/ask.pem', 'certs/vcek.pem'],
    ]);
    const folder = written(part);
    expect(follow(part, folder, 'dd ').trim()).toBe(SEVENS);
    expect(follow(part, folder, 'openssl verify')).toContain('OK');
  });

  it('of GPUs is what NVIDIA’s collectors print, with manifests and answers as received', () => {
    const gpu = forgeNvidiaGpu();
    const nonce = new Uint8Array(32).fill(9);
    const report = gpu.report(nonce);
    const { certificates } = gpu;
    const rims = forgeRimsOf(gpu).map(({ id, xml }) => [id, xml] as const);
    const part = nvidiaPart('gpu', 'gpu', [{ report, certificates }], { rims, ocsp: [] });
    const [device] = parseDeviceJson(part.files.get('evidence.json') ?? new Uint8Array());
    expect(device).toMatchObject({ report, certificates, arch: gpu.generation.toUpperCase() });
    expect(device?.nonce).toBe('09'.repeat(32));
    expect([...part.files.keys()].filter((path) => path.startsWith('rims/'))).toHaveLength(rims.length);
    expect(part.readme).toContain(`--nonce ${'09'.repeat(32)} --gpu-evidence-source file`);
  });

  it('of an Azure VM has the vTPM’s quote for tpm2_checkquote, and the report of which the claims have the digest', async () => {
    const platform = forgeSnpPlatform({ at });
    const vm = await forgeAzureCvm({ at, hardware: snpHardware(platform) });
    const { vtpm, ...parts } = await vm.evidence(new Uint8Array(32).fill(5));
    const item = parseAzureItem(serialiseAzureItem({ ...parts, ...vtpm }));
    const amd = { certificates: platform.roots, crl: platform.crl() };
    const part = azurePart('cvm', item, { intel: null, amd });
    const folder = written(part);
    const [digest = ''] = follow(part, folder, 'openssl dgst').trim().split('= ').slice(-1);
    const hardware = join(folder, 'hardware');
    const report = spawnSync('sh', ['-c', reportDataOf(join(hardware, 'README.md'))], {
      cwd: hardware,
      encoding: 'utf8',
    });
    expect(report.stdout.startsWith(digest)).toBe(true);
    expect(digest).toHaveLength(64);
    if (hasTpm2Tools) follow(part, folder, 'tpm2_checkquote');
    expect(part.readme).toContain(` -q ${'05'.repeat(32)}`);
  });
});
