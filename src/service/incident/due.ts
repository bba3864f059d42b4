import type { IncidentKind } from '../../protocol/incident-kind.ts';
import type { Context } from '../context.ts';

const DAY_MS = 86_400_000;

/** Days from its opening within which an incident must be reported, unless the operator or a rule pack says fewer. */
export const DEFAULT_REPORT_DAYS = 30;

/**
 * By when an incident must be reported. The operator sets days for each kind; what a rule asks can shorten that, and never
 * lengthens it.
 *
 * @param ruleDays of a rule pack; null where none says anything
 */
export function reportDue(
  { config }: Pick<Context, 'config'>,
  kind: IncidentKind,
  openedAt: Date,
  ruleDays: number | null,
): Date {
  const days = config.incidentReportDays?.[kind] ?? DEFAULT_REPORT_DAYS;
  return new Date(openedAt.getTime() + Math.min(days, ruleDays ?? days) * DAY_MS);
}
