import { z } from 'zod';

/** A GPU of which nothing but its host's own word is in the evidence. */
export const reportedGpu = z
  .strictObject({
    index: z.int(),
    uuid: z.string(),
    name: z.string(),
    serial: z.string().nullable(),
    pciBusId: z.string(),
    driverVersion: z.string(),
    vbiosVersion: z.string().nullable(),
    why: z.strictObject({
      code: z
        .string()
        .describe(
          'gpu_mode, gpu_generation, tool_missing, gpu_permission, gpu_timeout, gpu_failed, not_asked: why it did not attest itself, by the host’s word.',
        ),
      detail: z.string(),
    }),
  })
  .describe('What the host says, and nobody proves.');
