/** One thing that is to have happened by an instant. Its members are of the list that it stands in. */
export type Deadline = {
  readonly endsAtMs: number;
  readonly passed: () => void;
  isRunning: boolean;
  before: Deadline | null;
  after: Deadline | null;
};

/**
 * Deadlines of one length. They end in the order in which they began, so that one timer looks at the oldest of them: a timer for each
 * request would be made and taken back, and costs more than finding its route. So would a set, which is made anew after every few.
 */
export class Deadlines {
  readonly #lengthMs: number;
  #oldest: Deadline | null = null;
  #newest: Deadline | null = null;
  #isLookedAt = false;

  /** @param lengthMs of each */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** @param passed is called once, unless it is met before */
  begin(passed: () => void): Deadline {
    const endsAtMs = performance.now() + this.#lengthMs;
    const deadline: Deadline = { endsAtMs, passed, isRunning: true, before: this.#newest, after: null };
    if (this.#newest === null) this.#oldest = deadline;
    else this.#newest.after = deadline;
    this.#newest = deadline;
    if (!this.#isLookedAt) this.#lookIn(this.#lengthMs);
    return deadline;
  }

  /** One that passed already, or was met, stays as it is. */
  meet(deadline: Deadline): void {
    if (!deadline.isRunning) return;
    const { before, after } = deadline;
    if (before === null) this.#oldest = after;
    else before.after = after;
    if (after === null) this.#newest = before;
    else after.before = before;
    deadline.isRunning = false;
    deadline.before = null;
    deadline.after = null;
  }

  /** Keeps no process alive: what is waited for does. */
  #lookIn(ms: number): void {
    this.#isLookedAt = true;
    setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#isLookedAt = false;
    for (let oldest = this.#oldest; oldest !== null; oldest = this.#oldest) {
      const leftMs = oldest.endsAtMs - performance.now();
      if (leftMs > 0) {
        if (!this.#isLookedAt) this.#lookIn(Math.ceil(leftMs));
        return;
      }
      this.meet(oldest);
      oldest.passed();
    }
  }
}
