import type { RetentionClass } from '../../../protocol/retention.ts';
import type { ReadAged } from './candidate.ts';
import { agedDecisions } from './decisions.ts';
import { agedEvidence } from './evidence.ts';
import { agedGrants } from './grants.ts';
import { agedDocuments, agedEvents, agedSessions } from './rest.ts';
import { agedPayments, agedUsage } from './usage.ts';

export { type AgedPage, BEGINNING, type Candidate, type Cursor, heldBy } from './candidate.ts';

/** How what is old enough is found, by class; a new class is a line here and one in protocol/retention.ts. */
export const AGED: { readonly [C in RetentionClass]: ReadAged } = {
  grants: agedGrants,
  usage: agedUsage,
  payments: agedPayments,
  decisions: agedDecisions,
  evidence: agedEvidence,
  documents: agedDocuments,
  sessions: agedSessions,
  events: agedEvents,
};
