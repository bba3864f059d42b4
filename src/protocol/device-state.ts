import { z } from 'zod';
import { DUE_AFTER_DAYS } from './due-after.ts';
import { instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';
import { leafIndex, reason } from './registry.ts';

/**
 * Where a device is in its life. `declared`: on the register, neither shipped nor ever shown by evidence. `verified`: its own
 * evidence showed it within its deadline. `due`: a proof of it is owed. `missing`: that proof is overdue. The rest is what people
 * said.
 */
export const DEVICE_STATES = [
  'declared',
  'shipped',
  'due',
  'verified',
  'missing',
  'maintenance',
  'returned',
  'transferred',
  'retired',
] as const;
export type DeviceStateName = (typeof DEVICE_STATES)[number];

export const deviceStateName = z
  .enum(DEVICE_STATES)
  .describe('verified, due and missing follow from evidence and deadlines: nobody can say them.');

export const shipmentRequest = z.strictObject({
  dueAfterDays: z
    .int()
    .min(1)
    .max(90)
    .optional()
    .describe(
      `Within how many days its arrival, and from then on each proof of it, is owed: ${DUE_AFTER_DAYS} unless given.`,
    ),
  reason,
});
export const maintenanceRequest = z.strictObject({
  until: instant.describe('When it ends, within 30 days.'),
  reason,
});
export const transferRequest = z.strictObject({
  toTenant: tenant.describe('The exporter that is to have it.'),
  reason,
});

export const transferId = identifier('trf', 'An offer to transfer a device.');
const deviceId = identifier('dev', 'A device.');

export const transfer = z
  .strictObject({
    id: transferId,
    deviceId,
    fromTenant: tenant,
    toTenant: tenant,
    state: z.enum(['offered', 'accepted', 'refused', 'withdrawn']),
    reason: z.string(),
    offeredBy: z.string(),
    offeredAt: instant,
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    decidedReason: z.string().nullable(),
    newDeviceId: deviceId.nullable().describe('What the device is called at its new tenant.'),
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('A device that goes from one exporter to another, with both sides’ consent.');
export type TransferAnswer = z.infer<typeof transfer>;

const percent = z.int().min(0).max(100);

export const deliveries = z
  .strictObject({
    devices: z.int().describe('What counts: not what is on its way, returned, transferred or retired.'),
    verified: z.int(),
    missing: z.int(),
    verifiedSharePercent: percent.describe('Rounded down; 100 where nothing was delivered.'),
    missingSharePercent: percent.describe('Rounded up; 0 where nothing was delivered.'),
  })
  .describe('How many devices were delivered, verified and lost.');
