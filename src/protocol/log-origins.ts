import { z } from 'zod';
import { receipt } from './receipt.ts';

/** The acts with which a log went on under another name; record/origin.ts reads them. */
export const logOrigins = z.strictObject({
  openings: z.array(receipt).max(1_000).describe('Acts `log.origin-opened`, in the order of their leaves.'),
});
