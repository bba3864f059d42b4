import { overdueIncident } from '../incident/overdue.ts';
import type { Jobs } from './run.ts';

/** What is done about each kind of thing that is due. */
export const JOBS: Jobs = { incident: overdueIncident };
