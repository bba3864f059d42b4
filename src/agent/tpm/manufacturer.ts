import { AgentError } from '../errors.ts';
import type { Scratch } from './scratch.ts';

/** TPM2_PT_MANUFACTURER (Part 2, 6.13): the vendor's four characters, big-endian. @throws AgentError `tpm_failed` */
export async function readManufacturer({ run }: Scratch): Promise<number> {
  const output = (await run('tpm2_getcap', ['properties-fixed'])).toString('utf8');
  const [, digits] = /^TPM2_PT_MANUFACTURER:\s+raw: 0x([0-9A-Fa-f]{1,8})$/m.exec(output) ?? [];
  if (digits !== undefined) return Number.parseInt(digits, 16);
  throw new AgentError(
    'tpm_failed',
    'tpm2_getcap does not say who made this TPM',
    'See what `tpm2_getcap properties-fixed` prints; name the certificate with --ek-certificate.',
    { expected: 'TPM2_PT_MANUFACTURER', actual: output.slice(0, 600) },
  );
}
