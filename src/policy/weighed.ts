import { z } from 'zod';
import { parseInstant } from '../bytes/instant.ts';
import { chipQuantity } from '../protocol/decision.ts';
import { instant, sha256Hex } from '../protocol/encoding.ts';
import { facts, serialLink } from '../protocol/facts.ts';
import { ledgerWeighed } from '../protocol/ledger.ts';
import { AUDITED } from './audit-standing.ts';
import type { DeviceState, FacilityState, Latch, PartyState } from './inputs.ts';
import { told } from './told.ts';

const id = z.string();
/** Instants are kept as text and read back as dates. */
const date = instant.transform((text) => parseInstant(text));

const deviceState = z.strictObject({
  id,
  kind: z.string(),
  model: z.string().nullable(),
  userId: id.nullable(),
  lifecycle: z.string(),
  usableUntil: date.nullable(),
  facilityId: id.nullable(),
  hostId: id.nullable(),
  serialLink,
  serialLinkUntil: date.nullable(),
  modelDisagreement: z.string().nullable(),
  evidence: z
    .strictObject({
      outcome: z.enum(['accepted', 'refused']),
      facts,
      referenceSets: z.array(z.string()).readonly(),
      nonceIssuedAt: date,
      validUntil: date.nullable(),
      placeAt: date.nullable().default(null).describe('Not in what was kept before it was asked for.'),
      placeUntil: date.nullable(),
      auditUntil: date.nullable(),
    })
    .nullable(),
}) satisfies z.ZodType<DeviceState>;

const auditStanding = z.discriminatedUnion('standing', [
  z.strictObject({ standing: z.literal('independent'), to: z.null() }),
  z.strictObject({ standing: z.literal('related'), to: z.enum(AUDITED) }),
  z.strictObject({ standing: z.literal('unproven'), to: z.enum([...AUDITED, 'auditor']) }),
]);

const facilityState = z.strictObject({
  id,
  authorisation: z.enum(['proposed', 'authorised', 'revoked']),
  authorisedFrom: date.nullable(),
  authorisedUntil: date.nullable(),
  tier: z.string().nullable(),
  audit: auditStanding.optional(),
}) satisfies z.ZodType<FacilityState>;

const partyState = z.strictObject({
  id,
  standing: z.enum(['clear', 'denied', 'unscreened']),
  clearUntil: date.nullable(),
  listVersion: z.string().nullable(),
  currentListVersion: z.string().nullable(),
  graceUntil: date.optional(),
  deniedParents: z.array(id).readonly(),
}) satisfies z.ZodType<PartyState>;

const latch = z.strictObject({
  subject: z.strictObject({ kind: z.enum(['device', 'host', 'facility', 'party', 'licence']), id }),
  code: z.string(),
  sentence: z.string(),
}) satisfies z.ZodType<Latch>;

/**
 * Everything that a decision weighed, in the form in which it is kept: whoever has it, the licence's conditions and the packs
 * by their digests can decide again. The conditions stand apart, by digest, for all decisions under one licence share them.
 */
export const weighed = z.strictObject({
  v: z.literal(1),
  action: z.enum(['use', 'allocate']),
  at: date,
  licence: z.strictObject({
    id,
    status: z.enum(['active', 'suspended', 'revoked']),
    conditionsSha256: sha256Hex.describe('contentDigest under `licence-conditions`.'),
  }),
  requested: z.array(id).readonly().nullable().describe('use: ids that the request named; null for all.'),
  purpose: z.string().nullable().describe('What the request said it is for.'),
  chips: z.array(chipQuantity).readonly().describe('allocate: what the request asked for; else empty.'),
  devices: z.array(deviceState).readonly(),
  facilities: z.array(facilityState).readonly(),
  parties: z.array(partyState).readonly(),
  latches: z.array(latch).readonly(),
  clusters: z
    .array(z.strictObject({ facilityId: id, granted: z.int().min(0) }))
    .readonly()
    .describe('use: what else the end user holds at the facilities, where the licence or a pack limits it.'),
  ledger: ledgerWeighed,
  packs: z
    .array(z.strictObject({ name: z.string(), version: z.string(), digest: sha256Hex.nullable() }))
    .readonly()
    .describe('Those that the licence names; a digest that is null: none such was in force.'),
  told,
});
export type Weighed = z.infer<typeof weighed>;
