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
const reason = z.string().trim().min(3).max(2000).describe('Why; kept, logged and shown.');
const leafIndex = z
  .int()
  .min(0)
  .describe('Where the newest act about it stands in the log: GET /v1/log/receipts/{leafIndex}.');

export const partyRequest = z.strictObject({
  legalName: name,
  country,
  ultimateParentId: partyId.optional().describe('The party that ultimately owns it, if registered.'),
});

export const screeningRequest = z
  .strictObject({
    standing: z.enum(['clear', 'denied', 'unscreened']),
    clearUntil: instant.optional().describe('When the screening lapses; only with `clear`.'),
    reason,
  })
  .refine(({ standing, clearUntil }) => clearUntil === undefined || standing === 'clear', {
    path: ['clearUntil'],
    message: 'goes with the standing clear alone',
  });

export const party = z
  .strictObject({
    id: partyId,
    tenant,
    legalName: z.string(),
    country: z.string(),
    ultimateParentId: partyId.nullable(),
    standing: z
      .enum(['clear', 'denied', 'unscreened'])
      .describe("The authority's word; a licence needs clear."),
    clearUntil: instant.nullable(),
    standingReason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('An exporter, end user or whoever else stands on a licence.');
export type PartyAnswer = z.infer<typeof party>;

export const facilityRequest = z.strictObject({
  name,
  country,
  operatorTenant: tenant.describe('The tenant whose hosts stand there.'),
  area,
});

export const facilityAuthorisation = z.strictObject({
  digest: sha256Hex.describe('Of what is being authorised: the `digest` that the facility showed.'),
  authorisedUntil: instant.optional(),
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
    authorisedUntil: instant.nullable(),
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
