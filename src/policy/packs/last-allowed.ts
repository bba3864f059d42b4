/**
 * Up to when something that is allowed at `from` stays so, at most `until`: ages grow, and what a pack allows now it may deny before
 * the licence's own limits do. It is taken for granted that what is denied once is denied from then on; to the millisecond.
 *
 * @param allows what is known to hold at `from`
 * @param guesses ends that are likely, asked for where it ends before `until`: where one is right, two questions show it. They change no answer.
 */
export function lastAllowed(
  from: Date,
  until: Date,
  allows: (at: Date) => boolean,
  guesses: () => readonly Date[] = () => [],
): Date {
  let allowedMs = from.getTime();
  // An end is the first instant at which nothing is allowed any more.
  let endMs = until.getTime();
  if (endMs - allowedMs <= 1 || allows(new Date(endMs - 1))) return until;
  endMs -= 1;
  const ask = (atMs: number): void => {
    // Nothing is learnt beyond what is known; of what is no instant neither.
    if (!(atMs > allowedMs && atMs < endMs)) return;
    if (allows(new Date(atMs))) allowedMs = atMs;
    else endMs = atMs;
  };
  for (const guess of guesses()) {
    ask(guess.getTime());
    ask(guess.getTime() - 1);
  }
  while (endMs - allowedMs > 1) ask(Math.floor((allowedMs + endMs) / 2));
  return new Date(endMs);
}

/** How long after what ages are counted from packs ended what they allowed: the next of a fleet mostly end alike. */
export class KnownEnds {
  readonly #offsets = new Map<string, readonly number[]>();
  readonly #most: number;

  constructor(most = 1_000) {
    this.#most = most;
  }

  /** @param packs which were asked. @param anchors each of the same kind at the same place */
  guesses(packs: string, anchors: readonly Date[]): readonly Date[] {
    const offsets = this.#offsets.get(packs) ?? [];
    return offsets.map((offset, place) => new Date((anchors[place]?.getTime() ?? Number.NaN) + offset));
  }

  note(packs: string, anchors: readonly Date[], end: Date): void {
    if (this.#offsets.size >= this.#most) this.#offsets.clear();
    this.#offsets.set(
      packs,
      anchors.map((anchor) => end.getTime() - anchor.getTime()),
    );
  }
}
