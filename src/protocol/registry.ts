import { z } from 'zod';
import { area } from './area.ts';
import { country } from './country.ts';
import { instant, sha256Hex } from './encoding.ts';
import { identifier, tenant } from './identifier.ts';
import { authorisedArea, disclosure } from './location.ts';
import { receiptOfChange } from './receipt.ts';

export const partyId = identifier('pty', 'A party.');
export const facilityId = identifier('fac', 'A facility.');

const name = z.string().trim().min(1).max(300);
export const reason = z.string().trim().min(3).max(2000).describe('Why; kept, logged and shown.');
export const leafIndex = z
  .int()
  .min(0)
  .describe('Where the newest act about it stands in the log: GET /v1/log/receipts/{leafIndex}.');

const tier = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens');

export const facilityRequest = z.strictObject({
  name,
  country,
  operatorTenant: tenant.describe('The tenant whose hosts stand there.'),
  area,
});

export const facilityAuthorisation = z.strictObject({
  digest: sha256Hex.describe('Of what is being authorised: the `digest` that the facility showed.'),
  authorisedFrom: instant
    .optional()
    .describe(
      'At once unless given. Periods are never edited: from where a later one begins, its word counts.',
    ),
  authorisedUntil: instant.optional(),
  tier: tier
    .optional()
    .describe('How much the facility is trusted, in words that rule packs know; `denied` denies.'),
  governmentAgreement: z
    .boolean()
    .default(false)
    .describe("Whether the facility's government has an agreement with the authority's."),
  authorisedArea: authorisedArea.optional(),
  disclosure: disclosure.default('full'),
  reason,
});
/** With a reason and nothing else: to refuse, to withdraw, to retire. */
export const reasoned = z.strictObject({ reason });

export const facility = z
  .strictObject({
    id: facilityId,
    tenant: tenant.describe('The exporter that proposed it.'),
    operatorTenant: tenant,
    name: z.string(),
    country: z.string(),
    area,
    digest: sha256Hex.describe(
      'Of name, country, operator and area (domain `facility`): what an authorisation is of.',
    ),
    state: z.enum(['proposed', 'authorised', 'refused', 'withdrawn']),
    authorisedFrom: instant.nullable(),
    authorisedUntil: instant.nullable().describe('Of the newest authorisation; there may be earlier ones.'),
    tier: z.string().nullable(),
    governmentAgreement: z.boolean(),
    authorisedArea,
    disclosure,
    proposedBy: z.string(),
    proposedAt: instant,
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    decidedReason: z.string().nullable(),
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('A place where chips may stand. Immutable: another outline is another facility.');
export type FacilityAnswer = z.infer<typeof facility>;

const facilityPeriod = z
  .strictObject({
    id: identifier('fap', 'An authorisation of a facility.'),
    from: instant,
    until: instant.nullable(),
    tier: z.string().nullable(),
    governmentAgreement: z.boolean(),
    decidedBy: z.string(),
    decidedAt: instant,
    reason: z.string(),
    withdrawnAt: instant.nullable(),
    leafIndex,
  })
  .describe('From when until when a facility is authorised, and as what.');
export type FacilityPeriodAnswer = z.infer<typeof facilityPeriod>;
export const facilityPeriods = z.strictObject({ items: z.array(facilityPeriod) });
