import { z } from 'zod';
import { contentDigest } from '../evidence/digest.ts';
import type { ReferenceSetName } from '../protocol/appraisal.ts';

/**
 * A named set of reference values: what an approved machine measures. An immutable, versioned trust input. A set lists
 * every value that it allows; a machine matches when each named register holds one of them.
 */
const BANK_DIGITS = { sha256: 64, sha384: 96, sha512: 128 } as const;

const pcrValues = z.record(
  z.string().regex(/^(?:[0-9]|1[0-9]|2[0-3])$/, 'must be a PCR from 0 to 23'),
  z
    .array(z.string().regex(/^[0-9a-f]+$/, 'must be lower-case hexadecimal'))
    .min(1)
    .max(256),
);

export const referenceSet = z
  .strictObject({
    kind: z.literal('tpm-pcrs').describe('Registers of a TPM 2.0.'),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/)
      .describe('Stable across versions; licences name it.'),
    version: z.string().min(1).max(100),
    publisher: z.string().min(1).max(200).describe('Who vouches for these values.'),
    bank: z.enum(['sha256', 'sha384', 'sha512']).describe('SHA-1 banks prove nothing and cannot be named.'),
    pcrs: pcrValues
      .refine((pcrs) => Object.keys(pcrs).length > 0, 'a set without registers would match every machine')
      .describe('For each register, every value that is allowed.'),
    denied: pcrValues
      .optional()
      .describe('Values known to be bad: a host that shows one is held for review, whatever set it matches.'),
    minimumFirmwareVersion: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional()
      .describe("The TPM's firmwareVersion (TPMS_ATTEST) must not be below this; 16 hexadecimal digits."),
    sealed: z
      .boolean()
      .describe(
        'Firmware, kernel, initrd, command line, root file system and agent are all measured, and nobody can log in: keys cannot be carried away.',
      ),
    facilities: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'Only hosts of these facilities, by id, can match; those of any facility unless given. What the set denies, it denies everywhere.',
      ),
    notes: z.string().max(2000).optional(),
  })
  .superRefine((set, context) => {
    for (const member of ['pcrs', 'denied'] as const) {
      for (const [index, values] of Object.entries(set[member] ?? {})) {
        if (values.every((value) => value.length === BANK_DIGITS[set.bank])) continue;
        context.addIssue({
          code: 'custom',
          path: [member, index],
          message: `every ${set.bank} value has ${BANK_DIGITS[set.bank]} hexadecimal digits`,
        });
      }
    }
  });
export type ReferenceSet = z.infer<typeof referenceSet>;

/** A set that is in force: approved, logged, not withdrawn. */
export type ApprovedReferenceSet = { readonly set: ReferenceSet; readonly digest: string };

/** A set's name by content; the approval is of this digest. */
export function referenceSetDigest(set: ReferenceSet): string {
  // A trip through JSON drops optional members that are present and undefined, which have no canonical form.
  return contentDigest('reference-set', JSON.parse(JSON.stringify(set)));
}

export function referenceSetName({ set, digest }: ApprovedReferenceSet): ReferenceSetName {
  return { name: set.name, version: set.version, digest, sealed: set.sealed };
}
