import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkHost } from '../../../src/cli/agent/check/check.ts';
import { roomOf } from '../../../src/cli/agent/check/folder.ts';
import { AGENT } from '../../../src/cli/agent/settings.ts';
import { configure, type Given } from '../../../src/cli/configuration/configure.ts';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { mountConfigfsTsm } from '../../../src/forge/configfs-tsm.ts';
import type { Endpoint } from '../../../src/location/probe/index.ts';
import { nvidiaSmi, standIns } from '../../agent/gpu/stand-in.ts';
import { startWorld } from '../../landmark/world.ts';
import { describeWithSwtpm, type Swtpm, startSwtpm } from '../../swtpm.ts';
import { sextant } from '../in-process.ts';

let folder = '';
let verifier: Server;
let url = '';
let dateOffMs = 0;
let answer = '{"status":"ready","checks":[]}';
let status = 200;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sextant-check-'));
  verifier = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() + dateOffMs).toUTCString());
    response.writeHead(status).end(answer);
  });
  await new Promise<void>((resolve) => verifier.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(verifier.address() as AddressInfo).port}`; // TCP
});
afterAll(() => {
  verifier.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  [dateOffMs, answer, status] = [0, '{"status":"ready","checks":[]}', 200];
});
afterEach(() => void vi.unstubAllEnvs());

/** A guest under SEV-SNP, so that something vouches for the host. */
function guest(): string {
  const tsm = mountConfigfsTsm({ provider: 'sev_guest', report: () => ({ outblob: new Uint8Array(1184) }) });
  onTestFinished(tsm.unmount);
  return tsm.path;
}

function look(given: Given = {}, landmarks: readonly Endpoint[] = []): Promise<Finding[]> {
  const usual = { verifier: url, data: join(folder, 'agent'), tcti: 'device:/nowhere/tpm', gpus: 'none' };
  return checkHost(configure(AGENT, { ...usual, ...given }, {}).values, landmarks);
}

async function wants(given: Given = {}, landmarks: readonly Endpoint[] = []): Promise<string[]> {
  const found = (await look(given, landmarks)).filter(({ mend }) => mend !== null);
  return found.map(({ id, status: is }) => `${id} ${is}`);
}

describe('of a guest that is well', () => {
  it('nothing is to be mended, and looking makes no folder', async () => {
    const found = await look({ tsm: guest() });
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    expect(found.find(({ id }) => id === 'tee')?.says).toContain('under snp');
    expect(existsSync(join(folder, 'agent'))).toBe(false);
  });
});

describe('what is to be mended is told, and that alone:', () => {
  it('a host for which nothing vouches', async () => {
    expect(await wants({ tsm: join(folder, 'none') })).toEqual(['tpm problem']);
    expect(await wants({ tsm: join(folder, 'none'), evidence: 'tdx' })).toEqual(['tee problem']);
    expect(await wants({ tsm: guest(), evidence: 'tdx' })).toEqual(['tee problem']);
    expect(await wants({ tsm: guest(), evidence: 'snp' })).toEqual([]);
    expect(await wants({ tsm: guest(), evidence: 'tpm' })).toEqual(['tpm problem']);
  });

  it('a data folder that others may enter', async () => {
    const data = join(folder, 'exposed');
    mkdirSync(data);
    chmodSync(data, 0o755);
    expect(await wants({ tsm: guest(), data })).toEqual(['data.folder problem']);
  });

  it('a disk on which its state finds no room', () => {
    expect(roomOf(2 ** 20 - 1)).toMatchObject({ id: 'data.space', status: 'problem' });
    expect(roomOf(2 ** 20)).toMatchObject({ id: 'data.space', status: 'warning' });
    expect(roomOf(2 ** 24)).toMatchObject({ id: 'data.space', status: 'ok' });
  });

  it('a verifier that is none, is not ready, does not answer, or is not named', async () => {
    const tsm = guest();
    answer = '<html>';
    expect(await wants({ tsm })).toEqual(['verifier problem']);
    [answer, status] = ['{"status":"not-ready","checks":[]}', 503];
    expect(await wants({ tsm })).toEqual(['verifier warning']);
    expect(await wants({ tsm, verifier: 'http://127.0.0.1:9' })).toEqual(['verifier problem']);
    expect(await wants({ tsm, verifier: 'http://verifier.example' })).toEqual(['verifier problem']);
    expect(await wants({ tsm, verifier: undefined })).toEqual(['verifier problem']);
  });

  it('a clock that is off: a proof counts a minute at most', async () => {
    const tsm = guest();
    dateOffMs = 45_000;
    expect(await wants({ tsm })).toEqual(['clock warning']);
    dateOffMs = -90_000;
    expect(await wants({ tsm })).toEqual(['clock problem']);
  });

  it('GPUs that are asked for and absent, and the tool that asks them', async () => {
    const tsm = guest();
    const path = (programs: Readonly<Record<string, string>>): void =>
      void vi.stubEnv('PATH', [standIns(programs), '/usr/bin', '/bin'].join(delimiter));
    path({ 'nvidia-smi': 'echo "No devices were found"' });
    expect(await wants({ tsm, gpus: 'auto' })).toEqual([]);
    expect(await wants({ tsm, gpus: 'required' })).toEqual(['gpus problem']);
    path({ 'nvidia-smi': nvidiaSmi() });
    expect(await wants({ tsm, gpus: 'auto' })).toEqual(['gpus.nvattest warning']);
    expect(await wants({ tsm, gpus: 'required' })).toEqual(['gpus.nvattest problem']);
    path({ 'nvidia-smi': nvidiaSmi(), nvattest: 'echo 1.1' });
    const found = await look({ tsm, gpus: 'required' });
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    expect(found.find(({ id }) => id === 'gpus')?.says).toBe(
      '2 x NVIDIA H100 80GB HBM3; confidential computing on',
    );
    path({ 'nvidia-smi': 'echo broken; exit 9' });
    expect(await wants({ tsm, gpus: 'auto' })).toEqual(['gpus problem']);
  });

  it('landmarks to which UDP does not lead', async () => {
    const tsm = guest();
    const world = await startWorld();
    onTestFinished(() => world.landmark.close());
    const found = await look({ tsm }, [world.address]);
    expect(found.find(({ id }) => id === 'landmark')).toMatchObject({ status: 'ok' });
    expect(await wants({ tsm }, [world.address, { address: '127.0.0.1', port: 9 }])).toEqual([
      'landmark warning',
    ]);
  });
});

describeWithSwtpm('of a TPM', () => {
  let tpm: Swtpm;
  beforeAll(async () => {
    tpm = await startSwtpm();
  });
  afterAll(() => tpm.stop());

  it('its certificate is found, and where it has none, what to do', async () => {
    const given = { tsm: join(folder, 'none'), tcti: tpm.tcti };
    const found = await look(given);
    expect(found.filter(({ mend }) => mend !== null)).toEqual([]);
    expect(found.find(({ id }) => id === 'tpm')?.says).toContain('with a certificate of its key');
    expect(await wants({ ...given, evidence: 'azure' })).toEqual(['tpm problem']);
  });
});

describe('sextant agent check', () => {
  it('prints a line for each thing, and ends with 1 where there is a problem', async () => {
    const words = ['agent', 'check', '--verifier', url, '--data', join(folder, 'agent'), '--gpus', 'none'];
    const well = await sextant(...words, '--tsm', guest(), '--tcti', 'device:/nowhere/tpm');
    expect(well).toMatchObject({ status: 0, stderr: '' });
    expect(well.stdout).toContain('0 problems');
    const ill = await sextant(
      ...words,
      '--tsm',
      join(folder, 'none'),
      '--tcti',
      'device:/nowhere/tpm',
      '--json',
    );
    expect(ill.status).toBe(1);
    expect(JSON.parse(ill.stdout)).toMatchObject({ problems: 1 });
    const wrong = await sextant(...words, '--landmark', 'landmark.example:4600');
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('--landmark') });
  });
});
