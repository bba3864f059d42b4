import { z } from 'zod';
import { bootRules, demandSoundBoot, imaRules } from './boot.ts';
import { namingMembers, scopeMembers, sealedMember } from './members.ts';
import { bank, demandBankLengths, deniedPcrs, pcrs } from './registers.ts';

export const tpmReferenceSet = z
  .strictObject({
    kind: z.literal('tpm-pcrs').describe('Registers of a TPM 2.0.'),
    ...namingMembers,
    bank,
    pcrs,
    denied: deniedPcrs,
    minimumFirmwareVersion: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional()
      .describe("The TPM's firmwareVersion (TPMS_ATTEST) must not be below this; 16 hexadecimal digits."),
    boot: bootRules.optional(),
    ima: imaRules.optional(),
    sealed: sealedMember,
    ...scopeMembers,
  })
  .superRefine((set, context) => {
    demandBankLengths(set, context);
    demandSoundBoot(set, context);
  });
export type TpmReferenceSet = z.infer<typeof tpmReferenceSet>;
