import { z } from 'zod';
import { base64Url } from './encoding.ts';

/** Proof that the transparency log still begins as an earlier checkpoint said; record/ makes and verifies it. */
export const logGrowth = z
  .strictObject({
    oldSize: z.int().min(0).describe('Leaves of the earlier tree.'),
    consistencyProof: z.array(base64Url(32, 'A node hash.')).max(64).describe('RFC 6962, 2.1.2.'),
    checkpoint: z.string().max(65_536).describe('The newest signed checkpoint (C2SP tlog-checkpoint).'),
  })
  .describe('Proof that the transparency log begins with the leaves of an earlier tree.');
