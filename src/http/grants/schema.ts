import { z } from 'zod';
import { instant } from '../../protocol/encoding.ts';
import { grantStatus, issuedGrant } from '../../protocol/grant.ts';
import { decisionId, licenceId, tenant } from '../../protocol/identifier.ts';
import { receiptOfChange } from '../../protocol/receipt.ts';

export const grant = issuedGrant
  .extend({
    licenceId,
    tenant: tenant.describe('Who holds the licence.'),
    hostTenant: tenant.describe('Who operates the host.'),
    facilityId: z.string(),
    decisionId,
    issuedAt: instant,
    status: grantStatus,
    receipt: receiptOfChange,
  })
  .describe('A grant, and what became of it.');
export type GrantAnswer = z.infer<typeof grant>;

export const revocation = z.strictObject({
  reason: z.string().trim().min(3).max(2000).describe('Why; kept and logged.'),
});
