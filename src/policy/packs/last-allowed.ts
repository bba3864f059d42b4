/**
 * Up to when something that is allowed at `from` stays so, at most `until`: ages grow, and what a pack allows now it may deny before
 * the licence's own limits do. It is taken for granted that what is denied once is denied from then on; to the millisecond.
 *
 * @param allows what is known to hold at `from`
 */
export function lastAllowed(from: Date, until: Date, allows: (at: Date) => boolean): Date {
  let allowedMs = from.getTime();
  // An end is the first instant at which nothing is allowed any more.
  let endMs = until.getTime();
  if (endMs - allowedMs <= 1 || allows(new Date(endMs - 1))) return until;
  endMs -= 1;
  while (endMs - allowedMs > 1) {
    const middle = Math.floor((allowedMs + endMs) / 2);
    if (allows(new Date(middle))) allowedMs = middle;
    else endMs = middle;
  }
  return new Date(endMs);
}
