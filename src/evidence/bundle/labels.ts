import { AZURE_CVM_MEDIA_TYPE } from './azure-item.ts';
import { INVENTORY_MEDIA_TYPE } from './inventory-item.ts';
import { NVIDIA_GPU_MEDIA_TYPE, NVIDIA_SWITCH_MEDIA_TYPE } from './nvidia-item.ts';
import { SNP_REPORT_MEDIA_TYPE } from './snp-item.ts';
import { TDX_QUOTE_MEDIA_TYPE } from './tdx-item.ts';

/** The label and media type of the binding in a collection. */
export const BINDING_LABEL = 'binding';
export const BINDING_MEDIA_TYPE = 'application/vnd.sextant.binding+json';

/** A TPM 2.0 quote with the PCR values that it covers: see tpm-item.ts for the shape. */
export const TPM_QUOTE_MEDIA_TYPE = 'application/vnd.sextant.tpm-quote+json';

/** The collection's type (RATS CMW, `__cmwc_t`). */
export const COLLECTION_TYPE = 'tag:sextant,2026:bundle';

/**
 * The order of commitment: an item commits to the binding and to every item of an earlier stage, so that the evidence
 * of one machine's parts cannot be assembled from several machines. Items of one stage (the GPUs) do not know each other.
 */
export type Stage = 1 | 2 | 3;

/**
 * Stage 1 is what the host asks of its GPUs and switches and says of them, 2 its TPM, 3 the CPU's TEE. Azure's virtual TPM stands in 2: it
 * is what quotes the commitment, and the hardware's report vouches for its key alone.
 */
const STAGES: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  [NVIDIA_GPU_MEDIA_TYPE, 1],
  [NVIDIA_SWITCH_MEDIA_TYPE, 1],
  [INVENTORY_MEDIA_TYPE, 1],
  [TPM_QUOTE_MEDIA_TYPE, 2],
  [AZURE_CVM_MEDIA_TYPE, 2],
  [TDX_QUOTE_MEDIA_TYPE, 3],
  [SNP_REPORT_MEDIA_TYPE, 3],
]);

/** Items that a CPU's TEE vouches for: a bundle holds one of them at most. */
export const TEE_MEDIA_TYPES: readonly string[] = [
  TDX_QUOTE_MEDIA_TYPE,
  SNP_REPORT_MEDIA_TYPE,
  AZURE_CVM_MEDIA_TYPE,
];

/** The stage of an item's media type; undefined for what this verifier does not read. */
export function stageOf(mediaType: string): Stage | undefined {
  return STAGES.get(mediaType);
}

/** The media types that sessions name under `accept`. */
export const ACCEPTED_MEDIA_TYPES: readonly string[] = [...STAGES.keys()];
