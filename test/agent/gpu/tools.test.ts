import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GpuTools, toolsNvidiaHost } from '../../../src/agent/gpu/tools.ts';
import { parseSpdmReport } from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { confCompute, LIST, nvidiaSmi, standIns } from './stand-in.ts';

const NONCE = new Uint8Array(32).fill(0xab);

function host(scripts: Readonly<Record<string, string>>, options: GpuTools = {}) {
  const folder = standIns(scripts);
  const at = (name: string): string => join(folder, name);
  return toolsNvidiaHost({ nvidiaSmi: at('nvidia-smi'), nvattest: at('nvattest'), isRoot: true, ...options });
}

const printing = (json: unknown): string => `cat <<'JSON'\n${JSON.stringify(json)}\nJSON\n`;

describe('nvidia-smi', () => {
  it('lists what is installed, and says in which mode', async () => {
    const inventory = await host({ 'nvidia-smi': nvidiaSmi() }).inventory();
    expect(inventory?.gpus).toEqual([
      {
        index: 0,
        uuid: 'GPU-5f1e2d3c-0001-4a5b-8c7d-001122334455',
        serial: '1650000000001',
        name: 'NVIDIA H100 80GB HBM3',
        pciBusId: '00000000:19:00.0',
        driverVersion: '580.159.03',
        vbiosVersion: '96.00.74.00.20',
        computeCapability: '9.0',
      },
      expect.objectContaining({ index: 1, serial: null }),
    ]);
    expect(inventory?.confidentialComputing).toEqual({ state: 'on', multiGpu: 'none', ready: true });
  });

  it.each([
    [confCompute('OFF', 'Protected PCIe'), { state: 'off', multiGpu: 'protected-pcie', ready: true }],
    [`${confCompute('ON')}\n    DevTools Mode : ON`, { state: 'devtools', multiGpu: 'none', ready: true }],
    ['CC status: OFF', { state: 'off', multiGpu: null, ready: null }],
    ['Not supported', null],
  ])('reads the mode as drivers print it: %s', async (mode, expected) => {
    const inventory = await host({ 'nvidia-smi': nvidiaSmi(LIST, mode) }).inventory();
    expect(inventory?.confidentialComputing).toEqual(expected);
  });

  it('knows no mode where the driver refuses the question', async () => {
    const script = `case "$1" in conf-compute) exit 3;; *) cat <<'L'\n${LIST}\nL\n;; esac`;
    expect((await host({ 'nvidia-smi': script }).inventory())?.confidentialComputing).toBeNull();
  });

  it('is missing where there is no driver, and no GPU may be behind one', async () => {
    expect(await host({}).inventory()).toBeNull();
    expect(await host({ 'nvidia-smi': 'echo No devices were found' }).inventory()).toBeNull();
  });

  it.each([
    ['echo "NVIDIA-SMI has failed because it could not communicate with the driver"; exit 9', 'gpu_failed'],
    ['echo something else', 'gpu_failed'],
    ['yes 0, GPU-1', 'gpu_failed'],
    ['exec sleep 60', 'gpu_timeout'],
  ])('fails with a code and what to do: %s', async (script, code) => {
    // Only the one that never ends is waited out: a machine that is busy starts the others late.
    const inventoryTimeoutMs = code === 'gpu_timeout' ? 300 : 30_000;
    const failing = host({ 'nvidia-smi': script }, { inventoryTimeoutMs });
    await expect(failing.inventory()).rejects.toMatchObject({ code, mend: expect.stringMatching(/\w/) });
  });
});

describe('nvattest', () => {
  const devices = [forgeNvidiaGpu(), forgeNvidiaGpu()];
  const answer = {
    evidences: devices.map((device) => device.collected(NONCE)),
    result_code: 0,
    result_message: 'Ok',
  };

  it('is asked with the nonce, and its devices are read', async () => {
    const asked = host({ nvattest: `echo "$@" > "$0".args; ${printing(answer)}` });
    const collected = await asked.collect('gpu', 'nvml', NONCE);
    expect(collected).toHaveLength(2);
    expect(parseSpdmReport(collected[0]?.report ?? new Uint8Array()).requestNonce).toEqual(NONCE);
    expect(collected[1]?.certificates).toEqual(devices[1]?.certificates);
  });

  it.each([
    ['gpu', 'nvml', '--device gpu --gpu-evidence-source nvml'],
    ['gpu', 'corelib', '--device gpu --gpu-evidence-source corelib --gpu-architecture blackwell'],
    ['switch', 'nvml', '--device nvswitch'],
  ] as const)('is asked for a %s through %s as it wants to be', async (kind, source, expected) => {
    const script = `case "$*" in *"--nonce ${'ab'.repeat(32)} --format json"*"${expected}") ${printing(answer)};; esac`;
    await expect(host({ nvattest: script }).collect(kind, source, NONCE)).resolves.toHaveLength(2);
  });

  it.each([
    [509, 'GPU is neither in CC nor in PPCIe mode', 'gpu_mode'],
    [502, 'GPU Architecture Not Supported', 'gpu_generation'],
    [500, 'NVML Initialization Failed', 'gpu_failed'],
    [607, 'Corelib Initialization Failed', 'tool_missing'],
    [600, 'NSCQ Initialization Failed', 'tool_missing'],
    [99, 'Something new', 'gpu_failed'],
  ])('says what its result %i means', async (result_code, result_message, code) => {
    const script = `${printing({ evidences: null, result_code, result_message })}exit ${result_code % 256}`;
    const failing = host({ nvattest: script }).collect('gpu', 'nvml', NONCE);
    await expect(failing).rejects.toMatchObject({ code, mend: expect.stringMatching(/\w/) });
  });

  it('says that root is wanted where the driver refuses another user', async () => {
    const script = printing({ evidences: null, result_code: 501, result_message: 'NVML Error' });
    const asUser = host({ nvattest: script }, { isRoot: false }).collect('gpu', 'nvml', NONCE);
    await expect(asUser).rejects.toMatchObject({ code: 'gpu_permission' });
    const asRoot = host({ nvattest: script }).collect('gpu', 'nvml', NONCE);
    await expect(asRoot).rejects.toMatchObject({ code: 'gpu_failed' });
  });

  it.each([
    ['echo', 'gpu_failed'],
    ['echo "[]"', 'gpu_failed'],
    [printing({ ...answer, result_code: 'none' }), 'gpu_failed'],
    [printing({ ...answer, evidences: [] }), 'gpu_failed'],
    [`${printing(answer)}echo more`, 'gpu_failed'],
    ['yes', 'gpu_failed'],
    ['exec sleep 60', 'gpu_timeout'],
  ])('fails with a code where it prints what it should not: %#', async (script, code) => {
    const collectTimeoutMs = code === 'gpu_timeout' ? 300 : 30_000;
    const failing = host({ nvattest: script }, { collectTimeoutMs }).collect('gpu', 'nvml', NONCE);
    await expect(failing).rejects.toMatchObject({ code });
  });

  it('is named where it is not installed', async () => {
    await expect(host({}).collect('gpu', 'nvml', NONCE)).rejects.toMatchObject({
      code: 'tool_missing',
      mend: expect.stringContaining('nvattest'),
    });
  });
});
