import { expect, it } from 'vitest';
import { reportedDevices } from '../../src/appraisal/devices/reported.ts';
import { hostTeeFacts } from '../../src/appraisal/facts.ts';
import {
  type InventoryItem,
  type ReportedGpu,
  UNATTESTED_CODES,
} from '../../src/evidence/bundle/inventory-item.ts';

const gpu = (change: Partial<ReportedGpu>): ReportedGpu => ({
  index: 0,
  uuid: 'GPU-1',
  name: 'NVIDIA H100',
  serial: '1650000000001',
  pciBusId: '00000000:19:00.0',
  driverVersion: '580.159.03',
  vbiosVersion: null,
  computeCapability: '9.0',
  evidence: null,
  unattested: { code: 'gpu_mode', detail: 'not in confidential-computing mode' },
  ...change,
});
const inventory = (...gpus: readonly ReportedGpu[]): InventoryItem => ({
  v: 1,
  confidentialComputing: null,
  gpus: [...gpus],
});
/** The best that a host can be: none of it becomes a GPU's that did not attest. */
const SEALED = hostTeeFacts('sealed');

it('are G0, whatever their host is, and say why', () => {
  const { devices, reasons } = reportedDevices(inventory(gpu({})), SEALED);
  expect(devices).toMatchObject([
    {
      id: 'reported:GPU-1',
      kind: 'gpu',
      level: 'G0',
      facts: { device: 'host-reported', host: 'sealed', gpuBinding: 'none' },
      next: { level: 'G1', missing: [{ code: 'device.not-attested' }] },
      reported: { serial: '1650000000001', why: { code: 'gpu_mode' } },
    },
  ]);
  expect(reasons).toEqual([
    {
      code: 'device.host-reported',
      kind: 'unproven',
      subject: 'device:reported:GPU-1',
      sentence: "GPU 0 (NVIDIA H100) is there by its host's word alone: not in confidential-computing mode.",
      mend: expect.stringContaining('confidential-computing'),
    },
  ]);
});

it('are not those whose own evidence is there', () => {
  const attested = gpu({ uuid: 'GPU-2', evidence: 'gpu-0', unattested: null });
  expect(reportedDevices(inventory(attested), SEALED)).toEqual({ devices: [], reasons: [] });
  expect(reportedDevices(null, SEALED)).toEqual({ devices: [], reasons: [] });
});

it('have something to do about every reason', () => {
  for (const code of UNATTESTED_CODES) {
    const { reasons } = reportedDevices(inventory(gpu({ unattested: { code, detail: 'x' } })), SEALED);
    expect(reasons[0]?.mend).toMatch(/\w/);
  }
  const silent = reportedDevices(inventory(gpu({ unattested: null })), SEALED);
  expect(silent.devices[0]?.reported?.why.code).toBe('not_asked');
});
