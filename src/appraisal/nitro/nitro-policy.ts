import { z } from 'zod';
import { toHex } from '../../bytes/text.ts';
import { CheckList } from '../../evidence/check.ts';
import type { NitroDocument } from '../../evidence/nitro/index.ts';
import type { Verified } from '../../evidence/verified.ts';

const pcrIndex = z.string().regex(/^(?:[12]?[0-9]|3[01])$/, 'must be 0 to 31');
const pcrValue = z
  .string()
  .regex(
    /^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/,
    'must be 32, 48 or 64 bytes in lower-case hexadecimal',
  );

/** Demands on a Nitro enclave. */
export const nitroRules = z
  .strictObject({
    pcrs: z
      .record(pcrIndex, z.array(pcrValue).min(1).max(256))
      .refine((pcrs) => Object.keys(pcrs).length > 0, { error: 'names no register' })
      .describe('By index, the values of which each register must have one.'),
  })
  .describe('Demands on an AWS Nitro enclave.');
type NitroRules = z.infer<typeof nitroRules>;

/** `nitro.policy.pcr`, once for each register that the rules name. Debug mode is verification's, under the gate. */
export function appraiseNitro({ pcrs }: Verified<NitroDocument>, rules: NitroRules | undefined): CheckList {
  const checks = new CheckList();
  for (const [index, accepted] of Object.entries(rules?.pcrs ?? {})) {
    const value = pcrs.get(Number(index));
    const actual = value === undefined ? 'not in the document' : toHex(value);
    checks.expect(
      'nitro.policy.pcr',
      accepted.includes(actual),
      accepted.join(' or '),
      actual,
      `pcrs[${index}]`,
    );
  }
  return checks;
}
