/** An instant as the store keeps it, in milliseconds of the epoch. */
export function dateOrNull(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}

/** The first of the ends that are known; null where none is. */
export function earliest(ends: readonly (Date | null)[]): Date | null {
  const known = ends.flatMap((end) => (end === null ? [] : [end.getTime()]));
  return known.length === 0 ? null : new Date(Math.min(...known));
}
