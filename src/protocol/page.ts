import { z } from 'zod';

export const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;

/** How lists are read: oldest first, from behind the last identifier of the page before. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, `must be a number from 1 to ${MAX_PAGE}`)
    .transform(Number)
    .refine((limit) => limit <= MAX_PAGE, `must be a number from 1 to ${MAX_PAGE}`)
    .optional()
    .meta({
      type: 'integer',
      description: `At most this many, 1 to ${MAX_PAGE}; ${DEFAULT_PAGE} unless given.`,
    }),
  after: z.string().max(64).optional().describe('`next` of the page before.'),
};

/** One page; `next` is null at the end. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

/** One page, with how many there are in all where that was asked for. */
export function countedPageOf<T extends z.ZodType>(item: T) {
  return pageOf(item).extend({ count: z.int().min(0).optional() });
}
