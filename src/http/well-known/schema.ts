import { z } from 'zod';

export const jwk = z
  .strictObject({
    kid: z.string(),
    alg: z.string(),
    use: z.literal('sig'),
    kty: z.string(),
    crv: z.string(),
    x: z.string(),
    y: z.string().optional(),
  })
  .describe('A public key that signatures are verified by (RFC 7517).');
