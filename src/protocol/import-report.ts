import { z } from 'zod';

/** Which row of a file a report speaks of. */
export const rowNumber = z
  .int()
  .min(1)
  .describe('Of the file: the first row of data is 1, a CSV header is not counted.');

/** Why a row was not taken, beside its code: null where it was. */
export const whyRejected = {
  field: z.string().nullable(),
  message: z.string().nullable().describe('What is wrong and what to do about it.'),
};

/** What became of a file: a count for each outcome that its rows can have, and the rows. */
export function reportOfFile<Counts extends z.ZodRawShape, Row extends z.ZodType>(counts: Counts, row: Row) {
  return z
    .strictObject({
      dryRun: z.boolean().describe('Nothing of the file was kept, and no row says where a leaf stands.'),
      rows: z.int(),
      ...counts,
      results: z.array(row).describe('One for each row, in the order of the file.'),
    })
    .describe(
      'What became of each row, or would become of it now. Accepted rows are kept although others are rejected; a repetition changes nothing.',
    );
}
