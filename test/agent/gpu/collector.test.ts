import { describe, expect, it } from 'vitest';
import { AgentError } from '../../../src/agent/errors.ts';
import { gpuCollector } from '../../../src/agent/gpu/collector.ts';
import type { GpuInventory, NvidiaHost } from '../../../src/agent/gpu/port.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import { type InventoryItem, parseInventoryItem } from '../../../src/evidence/bundle/inventory-item.ts';
import { parseNvidiaItem } from '../../../src/evidence/bundle/nvidia-item.ts';
import { parseSpdmReport } from '../../../src/evidence/nvidia/index.ts';
import { forgeNvidiaGpu } from '../../../src/forge/nvidia/gpu.ts';
import { forgeNvidiaHost } from '../../../src/forge/nvidia/host.ts';

const BINDING = Buffer.from('{}');
const hoppers = [forgeNvidiaGpu(), forgeNvidiaGpu()];
const off = { state: 'off', multiGpu: 'none', ready: null } as const;

async function collect(
  host: NvidiaHost,
  choice: 'auto' | 'required' = 'auto',
): Promise<{ items: readonly Item[]; notes: string[]; inventory: InventoryItem | null }> {
  const notes: string[] = [];
  const items = await gpuCollector(host, choice, (sentence) => notes.push(sentence))(BINDING, []);
  const said = items.find(({ label }) => label === 'inventory');
  return { items, notes, inventory: said === undefined ? null : parseInventoryItem(said.value) };
}

const labels = (items: readonly Item[]): string[] => items.map(({ label }) => label);

describe("a host's GPUs", () => {
  it('each answer the commitment to the binding, and stand in the inventory with their evidence', async () => {
    const { items, notes, inventory } = await collect(forgeNvidiaHost({ devices: hoppers }));
    expect(labels(items)).toEqual(['gpu-0', 'gpu-1', 'inventory']);
    expect(notes).toEqual([]);
    for (const { value } of items.slice(0, 2)) {
      const { report, certificates } = parseNvidiaItem(value);
      expect(parseSpdmReport(report).requestNonce).toEqual(commitment('gpu-nonce', BINDING, []));
      expect(certificates).toHaveLength(5);
    }
    expect(inventory?.gpus.map(({ evidence, unattested }) => [evidence, unattested])).toEqual([
      ['gpu-0', null],
      ['gpu-1', null],
    ]);
  });

  it('are followed by the switches between them, where the links are protected', async () => {
    const devices = [...hoppers, forgeNvidiaGpu({ generation: 'ls10' })];
    const { items } = await collect(forgeNvidiaHost({ devices }));
    expect(labels(items)).toEqual(['gpu-0', 'gpu-1', 'switch-0', 'inventory']);
  });

  it('are asked through Corelib where they are Blackwell in no mode', async () => {
    const asked: string[] = [];
    const forged = forgeNvidiaHost({
      devices: [forgeNvidiaGpu({ generation: 'blackwell' })],
      confidentialComputing: off,
    });
    const host: NvidiaHost = {
      ...forged,
      collect: (kind, source, nonce) => {
        asked.push(source);
        return forged.collect(kind, source, nonce);
      },
    };
    expect(labels((await collect(host)).items)).toEqual(['gpu-0', 'inventory']);
    expect(asked).toEqual(['corelib']);
  });

  it('are reported alone, with the reason, where they are Hopper in no mode', async () => {
    const { items, notes, inventory } = await collect(
      forgeNvidiaHost({ devices: hoppers, confidentialComputing: off }),
    );
    expect(labels(items)).toEqual(['inventory']);
    expect(notes).toEqual([]);
    expect(inventory?.gpus.map(({ unattested }) => unattested)).toEqual([
      { code: 'gpu_mode', detail: 'not in confidential-computing mode' },
      { code: 'gpu_mode', detail: 'not in confidential-computing mode' },
    ]);
  });

  it('are reported alone where their generation cannot attest', async () => {
    const inventory = await inventoryOf(hoppers);
    const gpus = inventory.gpus.map((gpu) => ({ ...gpu, name: 'NVIDIA A100', computeCapability: '8.0' }));
    const host = { ...forgeNvidiaHost({ devices: hoppers }), inventory: async () => withMode(gpus) };
    const { inventory: said } = await collect(host);
    expect(said?.gpus[0]?.unattested).toEqual({
      code: 'gpu_generation',
      detail: 'its generation cannot attest: compute capability 8.0',
    });
  });

  it.each([
    ['tool_missing', 'tool_missing'],
    ['gpu_permission', 'gpu_permission'],
    ['gpu_timeout', 'gpu_timeout'],
    ['gpu_failed', 'gpu_failed'],
    ['tpm_failed', 'gpu_failed'],
  ] as const)('are reported alone where asking fails by %s, and a person is told', async (code, told) => {
    const host: NvidiaHost = {
      ...forgeNvidiaHost({ devices: hoppers }),
      collect: async () => {
        throw new AgentError(code, 'it fell over\u2026', 'Set it up again.');
      },
    };
    const { items, notes, inventory } = await collect(host);
    expect(labels(items)).toEqual(['inventory']);
    expect(notes).toEqual([expect.stringContaining('Set it up again.')]);
    expect(inventory?.gpus[0]?.unattested).toEqual({ code: told, detail: 'it fell over?' });
    await expect(collect(host, 'required')).rejects.toMatchObject({ code });
  });

  it('are shown without saying which is whose, where there are more of them than reports', async () => {
    const forged = forgeNvidiaHost({ devices: hoppers });
    const host: NvidiaHost = {
      ...forged,
      collect: async (...asked) => (await forged.collect(...asked)).slice(1),
    };
    const { items, inventory } = await collect(host);
    expect(labels(items)).toEqual(['gpu-0', 'inventory']);
    expect(inventory?.gpus.map(({ evidence, unattested }) => [evidence, unattested?.code])).toEqual([
      [null, 'gpu_failed'],
      [null, 'gpu_failed'],
    ]);
  });

  it('are nothing where there is no driver, unless they are demanded', async () => {
    const host: NvidiaHost = { ...forgeNvidiaHost({ devices: [] }), inventory: async () => null };
    expect((await collect(host)).items).toEqual([]);
    await expect(collect(host, 'required')).rejects.toMatchObject({ code: 'gpu_absent' });
  });

  it('keep no host from attesting where the driver fails, unless they are demanded', async () => {
    const host: NvidiaHost = {
      ...forgeNvidiaHost({ devices: [] }),
      inventory: async () => {
        throw new AgentError('gpu_failed', 'nvidia-smi failed', 'See dmesg.');
      },
    };
    const { items, notes } = await collect(host);
    expect([items, notes.length]).toEqual([[], 1]);
    await expect(collect(host, 'required')).rejects.toMatchObject({ code: 'gpu_failed' });
  });

  it('are an error, demanded, where they cannot attest', async () => {
    const host = forgeNvidiaHost({ devices: hoppers, confidentialComputing: off });
    await expect(collect(host, 'required')).rejects.toMatchObject({
      code: 'gpu_mode',
      mend: expect.stringContaining('confidential computing'),
    });
  });
});

async function inventoryOf(devices: typeof hoppers): Promise<GpuInventory> {
  const inventory = await forgeNvidiaHost({ devices }).inventory();
  if (inventory === null) throw new Error('none');
  return inventory;
}

function withMode(gpus: GpuInventory['gpus']): GpuInventory {
  return { gpus, confidentialComputing: null };
}
