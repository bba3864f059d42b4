import { z } from 'zod';
import { check, notPerformed } from './check.ts';
import { instant, sha256Hex } from './encoding.ts';

/** Eight GPUs' take 20 KB. */
const MAX_ANSWER_CHARS = 64 * 1024;

const text = z.string();

export const nrasQuestion = z.strictObject({
  answer: z
    .string()
    .min(1)
    .max(MAX_ANSWER_CHARS)
    .describe('What /v4/attest/gpu or /v4/attest/switch answered, exactly as received.'),
  nonce: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('What the service was asked with, 32 bytes: a token to another question says nothing here.'),
});

const device = z.strictObject({
  name: text,
  kind: text,
  ueid: text,
  model: text,
  driverVersion: text.nullable(),
  vbiosVersion: text.nullable(),
  measurements: text,
  secureBoot: z.boolean().nullable(),
  debugStatus: text.nullable(),
  warning: text.nullable(),
});

export const nrasJudgement = z
  .strictObject({
    accepted: z
      .boolean()
      .describe('Every check passed and none was left out. NVIDIA’s word: it earns no device anything here.'),
    policy: z.literal('gate'),
    judgedAt: instant,
    keys: z
      .strictObject({ sha256: sha256Hex, fetchedAt: instant, source: text })
      .nullable()
      .describe(
        'The key set that it was judged by, which nobody signs; null where the answer cannot be read.',
      ),
    checks: z.array(check),
    notPerformed: z.array(notPerformed),
    tokens: z
      .strictObject({
        authentic: z.boolean().describe('If not, what follows is what they say, and nothing more.'),
        result: z.boolean(),
        issuedAt: instant,
        expiresAt: instant,
        devices: z.array(device),
      })
      .nullable(),
    unproven: z
      .array(z.strictObject({ code: text, sentence: text }))
      .describe('What no such answer proves, accepted or not.'),
  })
  .describe('What NVIDIA’s attestation service says of devices, and whether it is its word.');
export type NrasJudgement = z.infer<typeof nrasJudgement>;
