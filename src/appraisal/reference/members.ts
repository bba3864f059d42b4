import { z } from 'zod';

/** Members that reference sets of every kind have. */
export const namingMembers = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{0,99}$/)
    .describe('Stable across versions; licences name it.'),
  version: z.string().min(1).max(100),
  publisher: z.string().min(1).max(200).describe('Who vouches for these values.'),
} as const;

export const sealedMember = z
  .boolean()
  .describe(
    'Firmware, kernel, initrd, command line, root file system and agent are all measured, and nobody can log in: keys cannot be carried away.',
  );

export const scopeMembers = {
  facilities: z
    .array(z.string().min(1).max(200))
    .max(1000)
    .optional()
    .describe(
      'Only hosts of these facilities, by id, can match; those of any facility unless given, of none where the list is empty. What the set denies, it denies everywhere.',
    ),
  notes: z.string().max(2000).optional(),
} as const;
