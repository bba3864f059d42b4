import { z } from 'zod';
import { hexValues } from '../hex.ts';
import { sgxRules } from '../intel/sgx-policy.ts';
import { namingMembers, scopeMembers, sealedMember } from './members.ts';

const digests = hexValues(32);

/** An enclave, for offline policies: no host enrols by one. By itself a signer vouches for all of its products. */
export const sgxReferenceSet = z
  .strictObject({
    kind: z.literal('sgx').describe('An enclave under Intel SGX.'),
    ...namingMembers,
    mrEnclave: digests.optional(),
    mrSigner: digests.optional(),
    isvProdId: z.array(z.int().min(0).max(0xffff)).min(1).max(256).optional(),
    denied: z
      .strictObject({ mrEnclave: digests.optional(), mrSigner: digests.optional() })
      .optional()
      .describe('Values known to be bad.'),
    policy: sgxRules.omit({ platforms: true }).optional(),
    platforms: sgxRules.shape.platforms,
    sealed: sealedMember,
    ...scopeMembers,
  })
  .superRefine((set, context) => {
    if (set.mrEnclave !== undefined || (set.mrSigner !== undefined && set.isvProdId !== undefined)) return;
    context.addIssue({
      code: 'custom',
      path: ['mrEnclave'],
      message:
        'a set without mrEnclave, or mrSigner with isvProdId, would match more than one enclave’s code',
    });
  });
export type SgxReferenceSet = z.infer<typeof sgxReferenceSet>;
