import { z } from 'zod';
import { chipQuantity } from '../protocol/decision.ts';

const id = z.string().min(1).max(200);
const word = z.string().trim().min(1).max(100);
const operationsE12 = z.int().min(1).describe('In 10^12 operations: 10^26 of them are 10^14 of these.');

/**
 * What a licence says of who is served, what may be delivered and how much may be computed. All of it is optional to write,
 * and none of it lenient: a rule pack or a ledger that needs what is absent denies.
 */
export const licenceTerms = {
  consignee: id.optional().describe('To whom the chips are delivered: one of `parties`.'),
  endUser: id.optional().describe('Who uses them: one of `parties`. Grants name it.'),
  purpose: word.optional().describe('What for, e.g. inference. Grants name it; quota is kept by it.'),
  basis: word.optional().describe('What in the rule the licence leans on: an exception, an allocation.'),
  certifications: z.array(word).max(100).optional().describe('What has been certified to the authority.'),
  models: z
    .array(chipQuantity)
    .min(1)
    .max(1000)
    .refine((models) => new Set(models.map(({ model }) => model)).size === models.length, {
      message: 'must name each model once',
    })
    .optional()
    .describe('What may be delivered under it. Without it nothing can be allocated.'),
  tppCap: z
    .int()
    .min(1)
    .optional()
    .describe(
      'The total processing performance of everything that is allocated under it, and of what is in use at a time, may not exceed this.',
    ),
  computeQuota: z
    .strictObject({
      operationsE12,
      windowDays: z.int().min(1).max(366).describe('Counted over so many days up to now, each whole.'),
    })
    .optional()
    .describe(
      'How much may be computed, by the end user, whoever ultimately owns it, for the purpose. Each grant is debited when it is issued, at the peak of its chips: docs/ledger.md.',
    ),
  metering: z
    .strictObject({
      sources: z.array(word).min(1).max(20).describe('Meters whose figures count, by name.'),
      leastPercent: z
        .int()
        .min(0)
        .max(100)
        .describe('So much of what was paid counts as used, whatever is reported.'),
      reportWithinSeconds: z
        .int()
        .min(60)
        .max(30 * 86_400)
        .describe('A window that ended longer ago is reported too late.'),
      operators: z
        .boolean()
        .optional()
        .describe('Whether operators may report for their hosts; else hosts alone, signed by their keys.'),
    })
    .optional()
    .describe('Lets reports of hosts give back what they did not use. Without it everything counts in full.'),
  leaseSeconds: z
    .int()
    .min(60)
    .max(7 * 86_400)
    .optional()
    .describe(
      'How long a grant lasts at most; an hour unless given. Evidence and whatever else ends earlier ends it.',
    ),
  graceSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .optional()
    .describe(
      'How long after a condition fails the licence is suspended; at once unless given. No grant outlives its evidence for it.',
    ),
  maxClusterDevices: z
    .int()
    .min(1)
    .optional()
    .describe('How many devices may be granted to the end user at one facility at a time.'),
};
