import { z } from 'zod';

/** How a file is handed in. */
export const importQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: says what would become of each row now; nothing is kept or logged.'),
});
