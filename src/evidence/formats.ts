import type { EvidenceFolder, Format } from './format.ts';
import { AZURE_SNP, AZURE_TDX } from './format-azure.ts';
import { IMA_LOG } from './format-ima-log.ts';
import { INTEL_QUOTE } from './format-intel-quote.ts';
import { NITRO } from './format-nitro.ts';
import { NVIDIA_GPU, NVIDIA_SWITCH } from './format-nvidia.ts';
import { NVIDIA_NRAS } from './format-nvidia-nras.ts';
import { NVIDIA_RIM } from './format-nvidia-rim.ts';
import { SNP } from './format-snp.ts';
import { TCG_EVENT_LOG } from './format-tcg-eventlog.ts';
import { TPM_GCE } from './format-tpm-gce.ts';
import { TPM_JSON } from './format-tpm-json.ts';
import { TPM_QUOTE } from './format-tpm-quote.ts';

/** The one list of formats that can be judged from files. The first that recognises the files judges them. */
export const FORMATS: readonly Format[] = [
  AZURE_SNP,
  AZURE_TDX,
  TPM_QUOTE,
  TPM_JSON,
  TPM_GCE,
  INTEL_QUOTE,
  NVIDIA_GPU,
  NVIDIA_SWITCH,
  NVIDIA_RIM,
  NVIDIA_NRAS,
  SNP,
  NITRO,
  IMA_LOG,
  // Last: it takes any lone .bin, for an event log's bytes cannot tell.
  TCG_EVENT_LOG,
];

/** undefined for files that no format here recognises: nothing is then said about them. */
export function recogniseFormat(files: EvidenceFolder): Format | undefined {
  return FORMATS.find((format) => format.recognises(files));
}
