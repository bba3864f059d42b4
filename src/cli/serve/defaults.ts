import { availableParallelism } from 'node:os';

/** What a verifier does unless told otherwise: docs/operations.md. */
export const SERVICE_DEFAULTS = {
  sessionTtlMs: 5 * 60_000,
  enrolmentTtlMs: 10 * 60_000,
  attestationIntervalMs: 60 * 60_000,
  dpopSkewMs: 60_000,
  selfApproval: false,
} as const;

/** How long one key signs attestation results. */
export const DEFAULT_ROTATE_EAR_AFTER_DAYS = 30;

/** Threads that verify: on a single core they would only take turns with the one that serves. */
export const DEFAULT_WORKERS = availableParallelism() > 1 ? availableParallelism() : 0;
