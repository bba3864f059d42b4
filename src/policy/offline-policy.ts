import { z } from 'zod';
import { snpRules } from '../appraisal/amd/snp-policy.ts';
import { sgxRules } from '../appraisal/intel/sgx-policy.ts';
import { tdxRules } from '../appraisal/intel/tdx-policy.ts';
import { nitroRules } from '../appraisal/nitro/nitro-policy.ts';
import { offlineReferenceSet } from '../appraisal/reference-set.ts';

/**
 * What files must satisfy for `sextant verify` to accept them: one of the two policies by name, or a file that starts
 * from one of them and asks for more.
 */
export const offlinePolicy = z.strictObject({
  name: z.string().min(1).max(100),
  base: z.enum(['authenticity', 'gate']).describe('The policy that this one starts from.'),
  nonce: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){1,64}$/, 'must be lower-case hexadecimal')
    .optional()
    .describe('What the evidence must answer.'),
  hashAlgorithms: z
    .array(z.enum(['sha256', 'sha384', 'sha512']))
    .min(1)
    .optional()
    .describe('Hashes that may stand under the signature, and banks that count.'),
  roots: z
    .array(z.string().min(1).max(20_000))
    .min(1)
    .max(100)
    .optional()
    .describe('Trusted certificates, PEM, besides those that are pinned.'),
  referenceSets: z
    .array(offlineReferenceSet)
    .min(1)
    .max(100)
    .optional()
    .describe('The evidence must match one of these, and no value that any of them denies.'),
  tdx: tdxRules.optional(),
  sgx: sgxRules.optional(),
  snp: snpRules.optional(),
  nitro: nitroRules.optional(),
  acceptNotPerformed: z
    .array(z.string().min(1).max(100))
    .max(100)
    .default([])
    .describe('Checks, by id, that may be left out under base gate. The result still lists them.'),
});
export type OfflinePolicy = z.infer<typeof offlinePolicy>;

/** The policies that need no file. `gate` is never satisfied by what was not performed. */
export const BUILT_IN_POLICIES: ReadonlyMap<string, OfflinePolicy> = new Map<string, OfflinePolicy>([
  ['authenticity', { name: 'authenticity', base: 'authenticity', acceptNotPerformed: [] }],
  ['gate', { name: 'gate', base: 'gate', acceptNotPerformed: [] }],
]);
