import type { Incident } from '../../../protocol/incident.ts';

/** How the duty to report stands. */
export type Stand = 'open' | 'overdue' | 'reported' | 'closed';

type Told = Pick<Incident, 'state' | 'overdue' | 'dueAt'>;

/**
 * How an incident stands at an instant. The verifier says that one is overdue once it has told so; here it is from the moment that its
 * day has passed, or cannot be read.
 */
export function standOf({ state, overdue, dueAt }: Told, now: Date): Stand {
  if (state !== 'open') return state;
  return overdue || !(now.getTime() < Date.parse(dueAt)) ? 'overdue' : 'open';
}

/** What became of the duty: by then, too late, or not at all. */
export type Duty = 'inTime' | 'late' | 'met' | 'metLate' | 'over';

export function dutyOf(incident: Told & Pick<Incident, 'reportedAt'>, now: Date): Duty {
  const { reportedAt, state, dueAt } = incident;
  if (reportedAt !== null) return Date.parse(reportedAt) <= Date.parse(dueAt) ? 'met' : 'metLate';
  if (state === 'closed') return 'over';
  return standOf(incident, now) === 'overdue' ? 'late' : 'inTime';
}
