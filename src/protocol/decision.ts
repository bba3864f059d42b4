import { z } from 'zod';
import { instant, sha256Hex } from './encoding.ts';
import { facts, level, serialLink, weakness } from './facts.ts';
import { reason } from './reason.ts';
import { receipt } from './receipt.ts';

/** `POST /v1/decisions`: may these devices be used under this licence, now? */
export const decisionRequest = z.strictObject({
  devices: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(10_000)
    .optional()
    .describe('Ids of devices to decide about; all that the licence names unless given.'),
  dryRun: z.boolean().default(false).describe('Decides and says so, but changes and debits nothing.'),
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
    waived: z.array(weakness).describe('Weaknesses that this device has and the licence accepts by name.'),
    evidenceIssuedAt: instant
      .nullable()
      .describe("When the evidence's nonce was issued: its age starts there."),
    evidenceExpiresAt: instant.nullable(),
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

export const decision = verdict.extend({
  id: z.string(),
  licenceId: z.string(),
  at: instant,
  dryRun: z.boolean(),
  policy: z.strictObject({ name: z.string(), version: z.string() }).describe('The rules that decided.'),
  trustInputs: z.array(sha256Hex).describe('Digests of everything that the decision was judged by.'),
  selfApproved: z.boolean(),
  receipt: receipt.optional(),
});
export type Decision = z.infer<typeof decision>;
