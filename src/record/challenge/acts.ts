import { z } from 'zod';

export const CHALLENGE_ORDERED = 'challenge.ordered';
export const CHALLENGE_DRAWN = 'challenge.drawn';

/** What the acts say; of an order that is drawn again. */
export const orderedBody = z.object({
  orderId: z.string(),
  wanted: z.int().min(1),
  commitment: z.string(),
  population: z.int().min(0),
  populationSha256: z.string(),
});
export type OrderedBody = z.infer<typeof orderedBody>;

export const drawnBody = z.object({
  orderId: z.string(),
  size: z.int().min(1),
  root: z.string(),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
  seed: z.string(),
  devices: z.array(z.string()),
});
export type DrawnBody = z.infer<typeof drawnBody>;
