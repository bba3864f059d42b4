import type { Facts } from '../protocol/facts.ts';

/** Whether a device's report can come from its host's own machine alone; the host's own TPM or guest needs no binding. */
export function isBoundToHost({ gpuBinding }: Facts): boolean {
  return ['not-applicable', 'timed', 'tdisp'].includes(gpuBinding);
}
