import { describe, expect, it } from 'vitest';
import type { DeviceRecord } from '../../../src/policy/register/device-state.ts';
import { sharesOf, tally } from '../../../src/policy/register/shares.ts';

const at = new Date('2026-03-01T00:00:00Z');
const days = (count: number): Date => new Date(at.getTime() + count * 86_400_000);
const device = (more: Partial<DeviceRecord>, declaredAt = days(-100)) => ({
  declaredAt,
  record: {
    lifecycle: 'in-service',
    shippedAt: null,
    dueAfterDays: 30,
    verifiedAt: null,
    maintenance: null,
    ...more,
  },
});
const maintenance = { from: days(-1), until: days(1) };

describe('what was delivered', () => {
  it.each([
    ['on its way', device({ shippedAt: days(-1) }), [0, 0, 0]],
    ['due', device({ shippedAt: days(-31) }), [1, 0, 0]],
    ['missing', device({ shippedAt: days(-45) }), [1, 0, 1]],
    ['verified', device({ verifiedAt: days(-1) }), [1, 1, 0]],
    ['just declared', device({}, days(-29)), [0, 0, 0]],
    ['declared long ago and never shipped', device({}, days(-30)), [1, 0, 0]],
    ['in maintenance, verified', device({ verifiedAt: days(-1), maintenance }), [1, 1, 0]],
    ['in maintenance, never verified', device({ maintenance }), [1, 0, 0]],
    ['returned', device({ lifecycle: 'returned', verifiedAt: days(-1) }), [0, 0, 0]],
    ['transferred', device({ lifecycle: 'transferred' }), [0, 0, 0]],
    ['retired', device({ lifecycle: 'retired' }), [0, 0, 0]],
  ] as const)('counts a device that is %s', (_, one, [devices, verified, missing]) => {
    expect(tally([one], at)).toEqual({ devices, verified, missing });
  });
});

describe('shares', () => {
  it('are rounded against whoever asks', () => {
    expect(sharesOf({ devices: 3, verified: 2, missing: 1 })).toEqual({
      verifiedSharePercent: 66,
      missingSharePercent: 34,
    });
    expect(sharesOf({ devices: 1000, verified: 999, missing: 1 })).toEqual({
      verifiedSharePercent: 99,
      missingSharePercent: 1,
    });
  });

  it('of nothing hold nothing against anybody', () => {
    expect(sharesOf({ devices: 0, verified: 0, missing: 0 })).toEqual({
      verifiedSharePercent: 100,
      missingSharePercent: 0,
    });
  });
});
