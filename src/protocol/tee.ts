import { z } from 'zod';

/**
 * The confidential guests by which hosts enrol. `azure-*` run behind a paravisor of Azure's, which reports for them and
 * gives them a virtual TPM.
 */
export const TEE_KINDS = ['tdx', 'snp', 'azure-tdx', 'azure-snp'] as const;
export type TeeKind = (typeof TEE_KINDS)[number];

export const teeKind = z
  .enum(TEE_KINDS)
  .describe('A confidential guest: Intel TDX or AMD SEV-SNP, its own or one of Azure.');
