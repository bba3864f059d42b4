import { z } from 'zod';
import { country } from '../../protocol/country.ts';
import { chipQuantity } from '../../protocol/decision.ts';
import { instant } from '../../protocol/encoding.ts';
import { identifier, licenceId } from '../../protocol/identifier.ts';
import { pageQuery } from '../../protocol/page.ts';
import { receiptOfChange } from '../../protocol/receipt.ts';
import { partyId } from '../../protocol/registry.ts';

export const allocationId = identifier('alc', 'An allocation.');

const accountName = z
  .string()
  .min(1)
  .max(500)
  .describe('What is counted, of what, and which: tpp:country:DE, compute:licence:lic_…');
const amount = z.int().min(0);
const change = z.int().describe('Signed.');
const reason = z.string().trim().min(3).max(2000).describe('Why; kept, logged and shown.');
const leafIndex = z.int().min(0);

export const accountsQuery = z
  .strictObject({ licence: licenceId.optional(), party: partyId.optional(), country: country.optional() })
  .refine((query) => Object.values(query).filter((value) => value !== undefined).length === 1, {
    message: 'name one licence, party or country',
  });

const held = { reserved: amount, committed: amount };

export const account = z
  .strictObject({
    account: accountName,
    unit: z.enum(['chips', 'tpp', 'operations-e12']).describe('operations-e12: 10^12 operations.'),
    ...held,
    entries: z.int().min(1).describe('How many entries it is the sum of.'),
    periods: z
      .array(z.strictObject({ period: z.string().describe('A month or a day of UTC.'), ...held }))
      .describe('The newest; entries tell of all.'),
  })
  .describe('What was taken. A cap is held against reserved and committed together.');

export const entriesQuery = z.strictObject({ account: accountName, ...pageQuery });

export const entry = z
  .strictObject({
    account: accountName,
    number: z.int().min(1).describe('1 and up, none left out.'),
    period: z.string().nullable().describe('The month or day that it counts in besides the whole.'),
    at: instant,
    kind: z.enum(['reserve', 'commit', 'release', 'adjust']),
    reserved: change,
    committed: change,
    licenceId: z.string().nullable(),
    decisionId: z.string().nullable(),
    allocationId: z.string().nullable(),
    by: z.string(),
    reason: z.string().nullable(),
    leafIndex: leafIndex.nullable().describe("Of the act; null where the decision's leaf tells of it."),
    receipt: receiptOfChange,
  })
  .describe('One change of one account; never changed or removed.');
export type EntryAnswer = z.infer<typeof entry>;

export const adjustment = z.strictObject({
  account: accountName,
  amount: z
    .int()
    .refine((value) => value !== 0, 'must not be 0')
    .describe('Above zero takes, below zero gives back.'),
  period: z.string().max(10).optional().describe('The month or day that it counts in; the present one.'),
  reason,
});

export const allocationsQuery = z.strictObject({ licence: licenceId, ...pageQuery });

export const allocationRuling = z.strictObject({
  state: z.enum(['committed', 'released']).describe('committed: delivered. released: given back, for good.'),
  reason,
});

export const allocation = z
  .strictObject({
    id: allocationId,
    licenceId,
    decisionId: z.string(),
    chips: z.array(chipQuantity),
    tpp: amount,
    consigneeId: z.string(),
    country: z.string(),
    period: z.string().describe('The month that it counts in.'),
    state: z.enum(['reserved', 'committed', 'released']),
    at: instant,
    changedBy: z.string().nullable(),
    changedAt: instant.nullable(),
    changedReason: z.string().nullable(),
    leafIndex: leafIndex.nullable(),
    receipt: receiptOfChange,
  })
  .describe('Chips that may be delivered.');
export type AllocationAnswer = z.infer<typeof allocation>;
