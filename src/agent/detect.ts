import type { EvidenceKind } from './attester.ts';
import type { AzureVm } from './azure/port.ts';
import { AgentError } from './errors.ts';
import { KIND_OF_PROVIDER } from './tee/attester.ts';
import type { ConfidentialGuest } from './tee/port.ts';

export type Machine = {
  readonly guest: ConfidentialGuest;
  readonly azure: AzureVm;
  /** Whether a TPM may be used. @throws AgentError `tpm_absent`, `tpm_permission` */
  readonly requireTpm: () => Promise<void>;
  /** Where a TEE was looked for, and a TPM: for people. */
  readonly lookedAt: { readonly tee: string; readonly tpm: string };
};

/**
 * What this machine can show, the strongest first: a guest's own hardware; Azure's, which lies behind a vTPM; a TPM. What
 * is there and may not be used is an error, not a reason to look for something weaker.
 *
 * @throws AgentError `evidence_absent` naming every place, `tee_permission`, `tee_provider_unknown`, `tpm_permission`, …
 */
export async function detectEvidence({ guest, azure, requireTpm, lookedAt }: Machine): Promise<EvidenceKind> {
  const provider = await guest.provider();
  if (provider !== null) return KIND_OF_PROVIDER[provider];
  try {
    await requireTpm();
    return (await azure.hardware()) === null ? 'tpm' : 'azure';
  } catch (error) {
    if (!(error instanceof AgentError) || !NO_TPM.has(error.code)) throw error;
    throw new AgentError(
      'evidence_absent',
      `this machine shows neither a TEE nor a TPM: no driver answers at ${lookedAt.tee}; at ${lookedAt.tpm}, ${error.message}`,
      `A confidential guest needs Linux 6.7 and its driver (modprobe tdx_guest, or sev-guest). ${error.mend}`,
      { cause: error },
    );
  }
}

const NO_TPM: ReadonlySet<string> = new Set(['tpm_absent', 'tool_missing']);
