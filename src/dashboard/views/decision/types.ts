import type { Answer } from '../../api/call.ts';

/** As the interface answers it. */
export type Decision = Answer<'getDecision'>;
