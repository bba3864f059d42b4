import { z } from 'zod';

/**
 * Why something was not accepted or not allowed. `code` and `kind` are API; `sentence` and `mend` are for people and
 * may be reworded at any time.
 */
export const reason = z
  .strictObject({
    code: z.string().describe('Stable, dotted, lower case.'),
    kind: z
      .enum(['violated', 'unproven', 'unavailable'])
      .describe(
        'violated: a condition is known to be broken. unproven: it could not be established. unavailable: something that this verifier depends on did not answer.',
      ),
    sentence: z.string().describe('One plain sentence.'),
    subject: z
      .string()
      .optional()
      .describe('What it is about, as <kind>:<id>, e.g. device:9f2c, facility:fra1.'),
    mend: z.string().optional().describe('What its reader can do about it.'),
  })
  .describe('One reason. Every answer carries all of them, not the first.');
export type Reason = z.infer<typeof reason>;
