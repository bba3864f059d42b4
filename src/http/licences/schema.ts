import { z } from 'zod';
import { licenceConditions } from '../../policy/licence.ts';
import { instant } from '../../protocol/encoding.ts';
import { licenceId, tenant } from '../../protocol/identifier.ts';
import { LICENCE_STATUSES } from '../../protocol/licence-list.ts';
import { receiptOfChange } from '../../protocol/receipt.ts';
import { suspendsAt, suspensionCause } from '../../protocol/status.ts';

export const licenceRequest = z.strictObject({
  tenant: tenant.describe('The exporter that is to hold the licence.'),
  conditions: licenceConditions,
});

export const licenceRuling = z.strictObject({
  status: z.enum(LICENCE_STATUSES).describe('A revocation is final.'),
  reason: z.string().trim().min(3).max(2000).describe('Why; kept and logged.'),
});

export const licence = z
  .strictObject({
    id: licenceId,
    tenant,
    status: z.enum(LICENCE_STATUSES),
    conditions: licenceConditions,
    suspendsAt: suspendsAt.describe('As of the last look at it; `/status` looks anew.'),
    cause: suspensionCause.nullable(),
    createdBy: z.string(),
    createdAt: instant,
    leafIndex: z.int().min(0),
    receipt: receiptOfChange,
  })
  .describe('On what named devices may be used.');
export type LicenceAnswer = z.infer<typeof licence>;
