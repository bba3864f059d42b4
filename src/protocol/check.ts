import { z } from 'zod';

/** One question asked of the evidence: evidence/check.ts says what the fields mean. */
export const check = z
  .strictObject({
    id: z.string().describe('Stable, dotted, lower case; docs/checks.md lists them all.'),
    status: z.enum(['pass', 'fail']),
    expected: z.string().optional(),
    actual: z.string().optional(),
    where: z.string().optional().describe('Where in the evidence the verifier looked.'),
  })
  .describe('One question that the verifier asked of the evidence, and its answer.');

export const notPerformed = z
  .strictObject({ id: z.string(), reason: z.string() })
  .describe('A question that could not be asked, and why. Never a pass.');
