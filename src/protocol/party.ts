import { z } from 'zod';
import { country } from './country.ts';
import { day, instant } from './encoding.ts';
import { tenant } from './identifier.ts';
import { receiptOfChange } from './receipt.ts';
import { leafIndex, partyId, reason } from './registry.ts';

const name = z.string().trim().min(1).max(300);
/** Printable ASCII without spaces at the ends: numbers of registers and files. */
export const fileReference = z
  .string()
  .regex(/^[!-~](?:[ -~]{0,126}[!-~])?$/, 'must be 1 to 128 printable ASCII characters');
export const listVersion = z
  .string()
  .regex(/^[!-~]{1,100}$/, 'must be 1 to 100 printable ASCII characters without spaces')
  .describe('A version of the list of those who may not be served, as the authority named it.');

const ownership = {
  headquarters: country
    .optional()
    .describe('From where it is led, which may be another country than that of its register.'),
  source: name.optional().describe('What says who owns it, e.g. an extract of a commercial register.'),
  dated: day.optional().describe('Of what day that source is.'),
};

/** What an exporter says of one party. A row of an import holds the same members, and `reference` always. */
export const partyRequest = z.strictObject({
  legalName: name,
  country: country.describe('Where it is registered.'),
  reference: fileReference
    .optional()
    .describe(
      'What you call it, e.g. a number of a commercial register; unique among your parties, never changed.',
    ),
  parentId: partyId.optional().describe('Who owns it directly, if registered.'),
  ultimateParentId: partyId.optional().describe('The party that ultimately owns it, if registered.'),
  ownUltimateParent: z
    .boolean()
    .optional()
    .describe('That nobody owns it. An exporter names a dated source for it.'),
  ...ownership,
});
export type PartyRequest = z.infer<typeof partyRequest>;

const partyChanges = z.strictObject({
  legalName: name.optional(),
  country: country.optional(),
  parentId: partyId.nullable().optional(),
  ultimateParentId: partyId.nullable().optional(),
  ownUltimateParent: z.boolean().optional(),
  ...ownership,
});
export type PartyChange = z.infer<typeof partyChanges>;
export const partyChangeRequest = partyChanges.extend({ reason });

export const standing = z.enum(['clear', 'denied', 'unscreened']);

const said = {
  legalName: z.string(),
  country: z.string(),
  headquarters: z.string().nullable(),
  parentId: partyId.nullable(),
  ultimateParentId: partyId.nullable(),
  ownUltimateParent: z.boolean(),
  source: z.string().nullable(),
  dated: z.string().nullable(),
};

export const party = z
  .strictObject({
    id: partyId,
    tenant,
    reference: z.string().nullable(),
    ...said,
    version: z.int().min(1),
    standing: standing.describe('What its screenings come to; a licence needs clear.'),
    listVersion: z.string().nullable().describe('The list that it was screened against.'),
    screenedOn: z.string().nullable(),
    clearUntil: instant.nullable(),
    standingReason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
    leafIndex,
    receipt: receiptOfChange,
  })
  .describe('An exporter, end user or whoever else stands on a licence.');
export type PartyAnswer = z.infer<typeof party>;

const parent = z.strictObject({
  id: partyId,
  legalName: z.string(),
  country: z.string(),
  headquarters: z.string().nullable(),
  standing,
});

/** A party by itself, with everybody above it. */
export const ownedParty = party.extend({
  ownership: z.strictObject({
    parents: z.array(parent).describe('The direct one first, up to the ultimate one.'),
    chainComplete: z.boolean(),
    gap: z
      .enum(['top-not-declared', 'parent-unknown', 'loop', 'too-long', 'ultimate-parent-disagrees'])
      .nullable()
      .describe('Why the chain cannot be relied upon up to its top.'),
  }),
});
export type OwnedPartyAnswer = z.infer<typeof ownedParty>;

const partyVersion = z
  .strictObject({
    version: z.int().min(1),
    ...said,
    saidBy: z.enum(['exporter', 'authority']).nullable().describe('Whose word its owners are.'),
    reason: z.string().nullable(),
    changedBy: z.string(),
    at: instant,
    leafIndex,
  })
  .describe('What a party was said to be from then on.');
export type PartyVersionAnswer = z.infer<typeof partyVersion>;
export const partyVersions = z.strictObject({ items: z.array(partyVersion) });
