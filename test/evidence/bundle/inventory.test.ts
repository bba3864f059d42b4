import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { serialiseBinding } from '../../../src/evidence/bundle/binding.ts';
import type { Item } from '../../../src/evidence/bundle/cmw.ts';
import { commitment } from '../../../src/evidence/bundle/commitment.ts';
import {
  INVENTORY_MEDIA_TYPE,
  type InventoryItem,
  parseInventoryItem,
  type ReportedGpu,
  serialiseInventoryItem,
} from '../../../src/evidence/bundle/inventory-item.ts';
import { NO_NVIDIA_TRUST } from '../../../src/evidence/bundle/nvidia-trust.ts';
import { NO_TEE_TRUST } from '../../../src/evidence/bundle/tee-trust.ts';
import { type BundleResult, verifyBundle } from '../../../src/evidence/bundle/verify.ts';
import { fuzzRuns } from '../../vectors.ts';
import { makeHost, now, session, submit } from './host.ts';

const gpu: ReportedGpu = {
  index: 0,
  uuid: 'GPU-1',
  name: 'NVIDIA H100 80GB HBM3',
  serial: null,
  pciBusId: '00000000:19:00.0',
  driverVersion: '580.159.03',
  vbiosVersion: '96.00.74.00.20',
  computeCapability: '9.0',
  evidence: null,
  unattested: { code: 'gpu_mode', detail: 'not in confidential-computing mode' },
};
const inventory = (...gpus: readonly Partial<ReportedGpu>[]): InventoryItem => ({
  v: 1,
  confidentialComputing: { state: 'off', multiGpu: 'none', ready: null },
  gpus: gpus.map((change) => ({ ...gpu, ...change })),
});

function code(bytes: Uint8Array): string | null {
  try {
    parseInventoryItem(bytes);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('the item of an inventory', () => {
  it('reads what collectors write', () => {
    const item = inventory({}, { index: 1, uuid: 'GPU-2', evidence: 'gpu-0', unattested: null });
    expect(parseInventoryItem(serialiseInventoryItem(item))).toEqual(item);
    expect(parseInventoryItem(serialiseInventoryItem({ ...item, confidentialComputing: null })).v).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['no GPU', { ...inventory(), gpus: [] }, 'bad_value'],
    ['another version', { ...inventory({}), v: 2 }, 'bad_value'],
    ['another member', { ...inventory({}), more: 1 }, 'bad_value'],
    ['an unknown reason', inventory({ unattested: { code: 'because' as never, detail: 'x' } }), 'bad_value'],
    ['a line break', inventory({ name: 'NVIDIA\nH100' }), 'bad_value'],
    ['a character that is not ASCII', inventory({ serial: '\u202e1' }), 'bad_value'],
    ['a text without end', inventory({ name: 'H'.repeat(97) }), 'bad_value'],
    ['one GPU twice', inventory({}, {}), 'duplicate'],
    ['one report for two', inventory({ evidence: 'gpu-0' }, { uuid: 'b', evidence: 'gpu-0' }), 'duplicate'],
  ])('refuses %s', (_, item, expected) => {
    expect(code(Buffer.from(JSON.stringify(item)))).toBe(expected);
  });

  it('throws FormatError alone, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from)), (bytes) => {
        expect(code(bytes)).not.toBeNull();
      }),
      { numRuns: Math.min(fuzzRuns, 300) },
    );
  });
});

describe('an inventory in a bundle', () => {
  const host = makeHost();
  const binding = serialiseBinding(host.binding);
  const item = (value: Uint8Array, label = 'inventory'): Item => ({
    label,
    mediaType: INVENTORY_MEDIA_TYPE,
    value,
  });
  const verify = (...more: readonly Item[]): BundleResult => {
    const extraData = commitment('tpm-extra-data', binding, more);
    const jws = submit(host, { more, extraData });
    return verifyBundle({ jws, session, host, tee: NO_TEE_TRUST, nvidia: NO_NVIDIA_TRUST, at: now });
  };
  const failed = ({ findings }: BundleResult): string[] =>
    findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  const good = item(serialiseInventoryItem(inventory({})));

  it('is what the host says, committed to by its TPM', () => {
    const { verified } = verify(good);
    expect(verified?.inventory).toEqual(inventory({}));
    const jws = submit(host, { more: [good] });
    const apart = verifyBundle({ jws, session, host, tee: NO_TEE_TRUST, nvidia: NO_NVIDIA_TRUST, at: now });
    expect(failed(apart)).toEqual(['tpm.quote.items']);
  });

  it('is nothing where there is none', () => {
    expect(verify().verified?.inventory).toBeNull();
  });

  it.each<[string, readonly Item[]]>([
    ['bundle.items.inventory', [good, item(serialiseInventoryItem(inventory({ uuid: 'b' })), 'another')]],
    ['inventory.item.well-formed', [item(Buffer.from('{}'))]],
    [
      'inventory.item.labels',
      [item(serialiseInventoryItem(inventory({ evidence: 'gpu-0', unattested: null })))],
    ],
  ])('%s fails alone', (id, items) => {
    const result = verify(...items);
    expect(failed(result)).toEqual([id]);
    expect(result.verified).toBeNull();
  });
});
