import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { facts, level, serialLink, waivable } from './facts.ts';
import { issuedGrant } from './grant.ts';
import { licenceId } from './identifier.ts';
import { drawn } from './ledger.ts';
import { reason } from './reason.ts';
import { receipt } from './receipt.ts';

/** A chip model as its registered devices, chip tables and rule packs name it, and how many. */
export const chipQuantity = z.strictObject({
  model: z.string().trim().min(1).max(100),
  quantity: z.int().min(1).max(1_000_000),
});
export type ChipQuantity = z.infer<typeof chipQuantity>;

export const decisionAction = z
  .enum(['use', 'allocate'])
  .describe(
    'use: may these devices be used now, on fresh evidence? allocate: may these chips be delivered, before they are shipped?',
  );

/** `POST /v1/decisions`: may these devices be used, or these chips delivered, under this licence, now? */
export const decisionRequest = z
  .strictObject({
    licenceId,
    action: decisionAction.default('use'),
    devices: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(10_000)
      .optional()
      .describe('use: ids of devices to decide about; all that the licence names unless given.'),
    chips: z
      .array(chipQuantity)
      .min(1)
      .max(1000)
      .optional()
      .describe('allocate: what is to be delivered, each model once.'),
    purpose: z.string().trim().min(1).max(1000).optional().describe('What for; kept and logged.'),
    dryRun: z.boolean().default(false).describe('Decides and says so, but changes and debits nothing.'),
  })
  .refine(({ action: asked, chips }) => (asked === 'allocate') === (chips !== undefined), {
    path: ['chips'],
    message: 'are asked about with the action allocate, and with it alone',
  })
  .refine(({ action: asked, devices }) => asked === 'use' || devices === undefined, {
    path: ['devices'],
    message: 'are asked about with the action use: before shipment there are none',
  })
  .refine(({ chips = [] }) => new Set(chips.map(({ model }) => model)).size === chips.length, {
    path: ['chips'],
    message: 'must name each model once',
  });
export type DecisionRequest = z.infer<typeof decisionRequest>;

const decidedDevice = z
  .strictObject({
    id: z.string(),
    allowed: z.boolean(),
    level: level.nullable().describe('null where nothing is known of the device.'),
    label: z.string().nullable(),
    facts: facts.nullable(),
    serialLink: serialLink
      .nullable()
      .describe(
        "What ties the serial number to the chip that evidence proved: its manufacturer's signed word, its operator's, or none because the register names its key. contradicted: its manufacturer says otherwise.",
      ),
    waived: z.array(waivable).describe('Weaknesses that this device has and the licence accepts by name.'),
    evidenceIssuedAt: instant
      .nullable()
      .describe("When the evidence's nonce was issued: its age starts there."),
    evidenceExpiresAt: instant.nullable(),
    validUntil: instant
      .nullable()
      .optional()
      .describe(
        'The earliest end of anything that allowing it rests on; absent in decisions of before it was said.',
      ),
    reasons: z.array(z.string()).describe('Codes of the reasons that are about this device.'),
  })
  .describe('What the decision found for one device.');
export type DecidedDevice = z.infer<typeof decidedDevice>;

/** A decision without what the service adds to it. */
export const verdict = z.strictObject({
  outcome: z.enum(['allow', 'deny']),
  reasons: z.array(reason).describe('Every reason to deny; empty on allow.'),
  devices: z.array(decidedDevice),
  validUntil: instant
    .nullable()
    .describe('The earliest end of anything that the decision rests on; null on deny.'),
});
export type Verdict = z.infer<typeof verdict>;

/** A rule pack that was asked, or that the licence names. */
const citedPack = z.strictObject({
  name: z.string(),
  version: z.string(),
  digest: sha256Hex.nullable().describe('null where no such pack is in force.'),
});

export const decision = verdict.extend({
  id: z.string(),
  licenceId: z.string(),
  action: decisionAction,
  chips: z.array(chipQuantity).describe('What an allocation was asked for; empty for a use.'),
  at: instant,
  dryRun: z.boolean(),
  policy: z.strictObject({ name: z.string(), version: z.string() }).describe('The rules that decided.'),
  packs: z.array(citedPack).describe('The rule packs that the licence names: each can only deny.'),
  ledger: z.array(drawn).describe('What it takes from which account; on a denial, what it would have taken.'),
  notCounted: z
    .array(z.string())
    .describe('Models that no chip table in force knows, under a licence that limits nothing.'),
  screeningList: z
    .string()
    .nullable()
    .describe('The list that parties must have been screened against; null where none was in force.'),
  inputSha256: sha256Hex
    .nullable()
    .describe(
      'Of everything that was weighed, as it is kept: with the packs it gives the same answer again. null for a dry run, which keeps nothing, and for decisions of before it was kept.',
    ),
  trustInputs: z.array(sha256Hex).describe('Digests of everything that the decision was judged by.'),
  selfApproved: z.boolean(),
  grants: z
    .array(issuedGrant)
    .optional()
    .describe('One for each host of an allowed use; none from a dry run.'),
  receipt: receipt.optional(),
});
export type Decision = z.infer<typeof decision>;
