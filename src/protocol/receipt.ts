import { z } from 'zod';
import { base64Url } from './encoding.ts';

/** Proof that an act stands in the transparency log; record/ makes and verifies it. */
export const receipt = z
  .strictObject({
    leafIndex: z.int().min(0),
    act: z.record(z.string(), z.unknown()).describe('The act, as the leaf holds it.'),
    salt: base64Url(32, "The leaf's salt."),
    inclusionProof: z.array(base64Url(32, 'A node hash.')).max(64).describe('RFC 6962 audit path.'),
    checkpoint: z.string().max(8192).describe('Signed checkpoint (C2SP tlog-checkpoint).'),
  })
  .describe('Proof that an act stands in the transparency log.');

/** In answers to what changed something: absent when it is read, or when the log could not be asked just then. */
export const receiptOfChange = receipt
  .optional()
  .describe('Of the act, in answers to what did it; later from GET /v1/log/receipts/{leafIndex}.');
