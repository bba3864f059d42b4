import { z } from 'zod';
import { snpRules } from '../amd/snp-policy.ts';
import { hexValues } from '../hex.ts';
import { namingMembers, scopeMembers, sealedMember } from './members.ts';
import { demandBankLengths, virtualTpm } from './registers.ts';

const values = {
  measurement: hexValues(48)
    .optional()
    .describe('The guest as it was launched: every value that is allowed.'),
  hostData: hexValues(32).optional(),
  idKeyDigest: hexValues(48).optional().describe("SHA-384 of the key that signed the guest's ID block."),
  authorKeyDigest: hexValues(48).optional().describe('SHA-384 of the key that certified the ID key.'),
  familyId: hexValues(16).optional(),
  imageId: hexValues(16).optional(),
} as const;

const ZERO_DIGEST = '00'.repeat(48);

/** A guest under AMD SEV-SNP: by its measurement, or by a key that signed it (whose digest is zero where there is none). */
export const snpReferenceSet = z
  .strictObject({
    kind: z.literal('snp').describe('A confidential guest under AMD SEV-SNP.'),
    ...namingMembers,
    ...values,
    vtpm: virtualTpm.optional(),
    denied: z
      .strictObject(values)
      .optional()
      .describe('Values known to be bad: a host that shows one is held for review, whatever set it matches.'),
    policy: snpRules.omit({ chipIds: true }).optional(),
    chipIds: snpRules.shape.chipIds,
    sealed: sealedMember,
    ...scopeMembers,
  })
  .superRefine((set, context) => {
    if (set.vtpm !== undefined) demandBankLengths(set.vtpm, context, ['vtpm']);
    const signer = [set.idKeyDigest, set.authorKeyDigest].some(
      (digests) => digests !== undefined && !digests.includes(ZERO_DIGEST),
    );
    if (set.measurement === undefined && !signer) {
      context.addIssue({
        code: 'custom',
        path: ['measurement'],
        message: 'a set without a measurement, or the key of whoever signed it, would match every guest',
      });
    }
  });
export type SnpReferenceSet = z.infer<typeof snpReferenceSet>;
