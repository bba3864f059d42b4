import { z } from 'zod';
import { day, instant } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { fileReference } from './party.ts';
import { receiptOfChange } from './receipt.ts';
import { facilityId, leafIndex, partyId, reason } from './registry.ts';

const kycId = identifier('kyc', 'An examination of a customer.');
export const accessId = identifier('acc', 'An access of a party.');
const hostId = identifier('hst', 'A host.');

export const knowYourCustomerRequest = z.strictObject({
  reference: fileReference.describe('Under what the examination is filed.'),
  dated: day.describe('When the customer was examined.'),
  reviewer: z.string().trim().min(1).max(200).describe('Who did.'),
});
export type KnowYourCustomerRequest = z.infer<typeof knowYourCustomerRequest>;

export const knowYourCustomer = z
  .strictObject({
    id: kycId,
    partyId,
    reference: z.string(),
    dated: z.string(),
    reviewer: z.string(),
    recordedBy: z.string(),
    recordedAt: instant,
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('Who examined a customer, when, and where that is filed.');
export type KnowYourCustomerAnswer = z.infer<typeof knowYourCustomer>;
export const knowYourCustomerList = z.strictObject({ items: z.array(knowYourCustomer) });

export const accessRequest = z
  .strictObject({
    partyId: partyId.describe('Who is let in.'),
    hostId: hostId.optional().describe('To this host,'),
    facilityId: facilityId.optional().describe('or to all that you have at this facility.'),
    startedAt: instant.optional().describe('Now, unless given.'),
  })
  .refine(({ hostId: host, facilityId: facility }) => (host === undefined) !== (facility === undefined), {
    path: ['hostId'],
    message: 'name a host or a facility, and not both',
  });
export const accessEndRequest = z.strictObject({
  endedAt: instant.optional().describe('Now, unless given.'),
  reason,
});

export const access = z
  .strictObject({
    id: accessId,
    partyId,
    tenant: tenant.describe('The operator that gives it.'),
    facilityId,
    hostId: hostId.nullable().describe('Null: all that the operator has at the facility.'),
    knowYourCustomerId: kycId.nullable().describe('The newest examination on record when it began.'),
    startedAt: instant,
    startedBy: z.string(),
    endedAt: instant.nullable(),
    endedBy: z.string().nullable(),
    endedReason: z.string().nullable(),
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('Since when, and until when, a party works on a host or at a facility.');
export type AccessAnswer = z.infer<typeof access>;
