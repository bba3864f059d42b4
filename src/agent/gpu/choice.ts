/** Whether GPUs that could attest and do not are an error, or only told; `none` asks none of them. */
export const GPU_CHOICES = ['auto', 'required', 'none'] as const;
export type GpuChoice = (typeof GPU_CHOICES)[number];
