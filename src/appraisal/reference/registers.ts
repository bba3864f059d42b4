import { z } from 'zod';

const BANK_DIGITS = { sha256: 64, sha384: 96, sha512: 128 } as const;

export const bank = z
  .enum(['sha256', 'sha384', 'sha512'])
  .describe('SHA-1 banks prove nothing and cannot be named.');

const pcrValues = z.record(
  z.string().regex(/^(?:[0-9]|1[0-9]|2[0-3])$/, 'must be a PCR from 0 to 23'),
  z
    .array(z.string().regex(/^[0-9a-f]+$/, 'must be lower-case hexadecimal'))
    .min(1)
    .max(256),
);

export const pcrs = pcrValues
  .refine((values) => Object.keys(values).length > 0, 'a set without registers would match every machine')
  .describe('For each register, every value that is allowed.');

export const deniedPcrs = pcrValues
  .optional()
  .describe('Values known to be bad: a host that shows one is held for review, whatever set it matches.');

/** Registers of one bank of a TPM, or of a virtual one. */
export type Registers = {
  readonly bank: keyof typeof BANK_DIGITS;
  readonly pcrs: Readonly<Record<string, readonly string[]>>;
  readonly denied?: Readonly<Record<string, readonly string[]>> | undefined;
};

/** Every value has the length of its bank: one of another could never match, and its author would not learn why. */
export function demandBankLengths(
  set: Registers,
  context: z.RefinementCtx,
  path: readonly string[] = [],
): void {
  for (const member of ['pcrs', 'denied'] as const) {
    for (const [index, values] of Object.entries(set[member] ?? {})) {
      if (values.every((value) => value.length === BANK_DIGITS[set.bank])) continue;
      context.addIssue({
        code: 'custom',
        path: [...path, member, index],
        message: `every ${set.bank} value has ${BANK_DIGITS[set.bank]} hexadecimal digits`,
      });
    }
  }
}

/** PCRs of the virtual TPM that a confidential guest's report vouches for, as on Azure. */
export const virtualTpm = z
  .strictObject({ bank, pcrs, denied: deniedPcrs })
  .describe("Registers of the guest's virtual TPM, whose key the TEE's report names.");
