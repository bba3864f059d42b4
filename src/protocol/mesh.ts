import { z } from 'zod';
import { base64Url, instant } from './encoding.ts';

/** Landmarks are measured by each other with the protocol that measures hosts: see docs/location.md. */
const MAX_PEERS = 16;

export const meshPermitsRequest = z.strictObject({
  exchangeKey: base64Url(32, "The landmark's X25519 public key for these measurements."),
});
export type MeshPermitsRequest = z.infer<typeof meshPermitsRequest>;

export const meshPermitsAnswer = z.strictObject({
  expiresAt: instant,
  permits: z
    .array(z.strictObject({ landmarkId: z.string(), permit: base64Url(1024, 'As landmarks take it.') }))
    .max(MAX_PEERS),
});
export type MeshPermitsAnswer = z.infer<typeof meshPermitsAnswer>;

export const meshRequest = z.strictObject({
  measured: z
    .array(
      z.strictObject({
        permit: base64Url(1024, 'As it was issued.'),
        receipt: base64Url(1232, 'As the other landmark gave it.'),
      }),
    )
    .min(1)
    .max(MAX_PEERS),
});
export type MeshRequest = z.infer<typeof meshRequest>;

export const meshAnswer = z.strictObject({
  counted: z.int().min(0).describe('Receipts that were kept.'),
  refused: z
    .array(z.strictObject({ landmarkId: z.string().nullable(), failed: z.array(z.string()) }))
    .describe('Those that do not hold, with the checks that failed.'),
});
export type MeshAnswer = z.infer<typeof meshAnswer>;
