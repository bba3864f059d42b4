import { z } from 'zod';

/** What identifiers begin with: they are told apart at a glance, and one kind is never taken for another. */
export type IdentifierPrefix =
  | 'prn'
  | 'tok'
  | 'pty'
  | 'fac'
  | 'dev'
  | 'tri'
  | 'ent'
  | 'enr'
  | 'hst'
  | 'lat'
  | 'cnt'
  | 'lic'
  | 'mft'
  | 'dec'
  | 'grt'
  | 'inc'
  | 'evt'
  | 'whk'
  | 'scr'
  | 'alc'
  | 'led'
  | 'kyc'
  | 'acc'
  | 'fap'
  | 'hld'
  | 'trf'
  | 'chl'
  | 'pgs';

/** `<prefix>_` and 26 characters of Crockford's base 32, lower case; made by service/identifier.ts. */
export function identifier(prefix: IdentifierPrefix, description: string): z.ZodString {
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`),
      `must be an identifier that begins with ${prefix}_`,
    )
    .describe(description);
}

/** Whose a row is: an organisation, named by the administrator. */
export const tenant = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
  .describe('The organisation that a row belongs to.');

export const licenceId = identifier('lic', 'A licence.');
export const decisionId = identifier('dec', 'A decision.');
export const latchId = identifier('lat', 'A hold.');
