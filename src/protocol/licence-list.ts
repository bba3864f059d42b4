import { z } from 'zod';
import { pageQuery } from './page.ts';

export const LICENCE_STATUSES = ['active', 'suspended', 'revoked'] as const;
export type LicenceStatusName = (typeof LICENCE_STATUSES)[number];

const LICENCE_SORTS = ['id', 'suspendsAt'] as const;
export type LicenceSort = (typeof LICENCE_SORTS)[number];

/** How lists of licences are asked for, besides {@link pageQuery}. */
export const licenceListQuery = z.strictObject({
  ...pageQuery,
  after: z.string().max(512).optional().describe('`next` of the page before, under the same sort.'),
  status: z.enum(LICENCE_STATUSES).optional(),
  search: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The beginning of its identifier, or part of its holder’s name, in either case.'),
  sort: z
    .enum([...LICENCE_SORTS, '-id', '-suspendsAt'])
    .default('id')
    .describe(
      'By age, or by the instant at which it is suspended next, behind them those that nothing suspends; with a minus the other way round.',
    ),
  count: z.literal('true').optional().describe('With it the answer says how many there are in all.'),
});
