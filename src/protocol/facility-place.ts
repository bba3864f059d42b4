import { z } from 'zod';
import { facility } from './registry.ts';

export const MAX_PLACES = 2_500;

/** As of any list; without outlines a page holds more. */
export const placesQuery = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, `must be a number from 1 to ${MAX_PLACES}`)
    .transform(Number)
    .refine((limit) => limit <= MAX_PLACES, `must be a number from 1 to ${MAX_PLACES}`)
    .optional()
    .meta({ type: 'integer', description: `At most this many, 1 to ${MAX_PLACES}; as many unless given.` }),
  after: z.string().max(64).optional().describe('`next` of the page before.'),
};

export const facilityPlace = facility
  .pick({
    id: true,
    operatorTenant: true,
    name: true,
    country: true,
    state: true,
    authorisedFrom: true,
    authorisedUntil: true,
  })
  .extend({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
  .describe('Where a facility stands: the middle of its outline.');
export type FacilityPlaceAnswer = z.infer<typeof facilityPlace>;
