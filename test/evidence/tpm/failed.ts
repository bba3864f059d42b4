import type { Check } from '../../../src/evidence/check.ts';

/** The ids of the checks that failed, in order. */
export const failed = (checks: readonly Check[]): string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
