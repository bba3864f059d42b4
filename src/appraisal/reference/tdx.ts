import { z } from 'zod';
import { hexValues } from '../hex.ts';
import { tdxRules } from '../intel/tdx-policy.ts';
import { namingMembers, scopeMembers, sealedMember } from './members.ts';
import { demandBankLengths, virtualTpm } from './registers.ts';

const digests = hexValues(48);

const rtMr = z
  .strictObject({
    '0': digests.optional(),
    '1': digests.optional(),
    '2': digests.optional(),
    '3': digests.optional(),
  })
  .refine((registers) => Object.keys(registers).length > 0, 'must name a register');

const values = {
  rtMr: rtMr
    .optional()
    .describe('RTMR 0 to 3: firmware configuration, loader, kernel and command line, the run time.'),
  mrConfigId: digests.optional(),
  mrOwner: digests.optional(),
  mrOwnerConfig: digests.optional(),
  mrServiceTd: digests.optional().describe('Service TDs that may be bound to the guest; none unless given.'),
  mrSeam: digests.optional().describe("The TDX module; Intel's signed identities judge it unless given."),
} as const;

/**
 * A guest under Intel TDX. MRTD is indispensable: the firmware that it measures is what extends the other registers, and
 * one that lies extends whatever a set asks for.
 */
export const tdxReferenceSet = z
  .strictObject({
    kind: z.literal('tdx').describe('A confidential guest under Intel TDX.'),
    ...namingMembers,
    mrTd: digests.describe('The guest as it was built, its firmware among it: every value that is allowed.'),
    ...values,
    vtpm: virtualTpm.optional(),
    denied: z
      .strictObject({ mrTd: digests.optional(), ...values })
      .optional()
      .describe('Values known to be bad: a host that shows one is held for review, whatever set it matches.'),
    policy: tdxRules.omit({ platforms: true }).optional(),
    platforms: tdxRules.shape.platforms,
    sealed: sealedMember,
    ...scopeMembers,
  })
  .superRefine((set, context) => {
    if (set.vtpm !== undefined) demandBankLengths(set.vtpm, context, ['vtpm']);
    if (set.sealed && set.rtMr === undefined && set.vtpm === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['sealed'],
        message: 'MRTD measures the firmware alone: name rtMr, or the registers of a virtual TPM',
      });
    }
  });
export type TdxReferenceSet = z.infer<typeof tdxReferenceSet>;
