import { z } from 'zod';
import { instant } from '../../protocol/encoding.ts';
import { grantId, grantStatus, issuedGrant } from '../../protocol/grant.ts';
import { decisionId, licenceId, tenant } from '../../protocol/identifier.ts';
import { reason } from '../../protocol/reason.ts';
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

/** `GET /v1/hosts/{hostId}/grants`: what the host's agent was told, for whoever sees the host. */
export const hostGrant = z
  .strictObject({
    licenceId,
    grant: z
      .strictObject({
        grantId,
        status: grantStatus,
        decisionId,
        issuedAt: instant,
        expiresAt: instant,
        renewAfter: instant,
        devices: z.array(z.string()).describe('Ids of the devices that it names.'),
        heldBy: z
          .array(z.string())
          .describe(
            'What suspended it: `host:`, `facility:` or `device:` of this host; `review` where it was judged anew and would not be granted; `device`, or `licence` for whatever concerns the licence and its parties, without a name.',
          ),
      })
      .nullable()
      .describe('The newest, ended or not; null where there was none.'),
    denied: z
      .strictObject({
        at: instant,
        decisionId: decisionId.nullable(),
        reasons: z.array(reason).describe('As its agent was told them.'),
      })
      .nullable()
      .describe(
        'The newest refusal, where no grant came after it. Without a decision where its agent was turned away before one was made; without reasons as well where these were not kept, or are no longer.',
      ),
  })
  .describe('How a host stands under one licence, as far as that concerns the host.');
export type HostGrantAnswer = z.infer<typeof hostGrant>;

export const revocation = z.strictObject({
  reason: z.string().trim().min(3).max(2000).describe('Why; kept and logged.'),
});
