import { formatInstant } from '../bytes/instant.ts';

const DAY_MS = 86_400_000;

/**
 * Months (`2026-03`) and days (`2026-03-01`) of UTC, whose order as text is that of time. An account's total has the period
 * {@link WHOLE}.
 */
export const WHOLE = '';

export function monthOf(at: Date): string {
  return formatInstant(at).slice(0, 7);
}

export function dayOf(at: Date): string {
  return formatInstant(at).slice(0, 10);
}

/** First and last month of a calendar year. */
export function monthsOfYear(at: Date): { readonly from: string; readonly to: string } {
  const year = formatInstant(at).slice(0, 4);
  return { from: `${year}-01`, to: `${year}-12` };
}

/**
 * The first day that a window of so many days up to now touches. It counts whole, so that a window of one day holds today
 * and yesterday: too much is counted for some hours, and never too little.
 */
export function firstDayOf(at: Date, windowDays: number): string {
  return dayOf(new Date(at.getTime() - windowDays * DAY_MS));
}

/** When a day has left the window altogether. */
export function leavesWindowAt(day: string, windowDays: number): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + (windowDays + 1) * DAY_MS);
}

/** Whether a text names a period of the kind, by a date that the calendar has. */
export function isPeriod(kind: 'none' | 'month' | 'day', text: string): boolean {
  if (kind === 'none') return text === WHOLE;
  if (!(kind === 'month' ? /^\d{4}-\d{2}$/ : /^\d{4}-\d{2}-\d{2}$/).test(text)) return false;
  const date = new Date(`${kind === 'month' ? `${text}-01` : text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The period of a kind that an instant lies in. */
export function periodOf(kind: 'none' | 'month' | 'day', at: Date): string {
  if (kind === 'none') return WHOLE;
  return kind === 'month' ? monthOf(at) : dayOf(at);
}
