/** One thing that is to have happened by an instant. */
export type Deadline = { readonly endsAtMs: number; readonly passed: () => void };

/**
 * Deadlines of one length. They end in the order in which they began, so that one timer looks at the oldest of them: a timer for each
 * request would be made and taken back, and costs more than finding its route.
 */
export class Deadlines {
  readonly #lengthMs: number;
  readonly #running = new Set<Deadline>();
  #isLookedAt = false;

  /** @param lengthMs of each */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** @param passed is called once, unless it is met before */
  begin(passed: () => void): Deadline {
    const deadline = { endsAtMs: performance.now() + this.#lengthMs, passed };
    this.#running.add(deadline);
    if (!this.#isLookedAt) this.#lookIn(this.#lengthMs);
    return deadline;
  }

  meet(deadline: Deadline): void {
    this.#running.delete(deadline);
  }

  /** Keeps no process alive: what is waited for does. */
  #lookIn(ms: number): void {
    this.#isLookedAt = true;
    setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    this.#isLookedAt = false;
    for (const deadline of this.#running) {
      const leftMs = deadline.endsAtMs - performance.now();
      if (leftMs > 0) {
        if (!this.#isLookedAt) this.#lookIn(Math.ceil(leftMs));
        return;
      }
      this.#running.delete(deadline);
      deadline.passed();
    }
  }
}
