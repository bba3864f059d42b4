import { formatInstant } from '../bytes/instant.ts';

/** An instant of a row, as the wire has it. */
export function shownInstant(milliseconds: number): string {
  return formatInstant(new Date(milliseconds));
}

export function shownInstantOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : shownInstant(milliseconds);
}
