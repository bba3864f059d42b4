import type { PackAnswer } from './evaluate.ts';

/**
 * Answers that packs gave, by the pack's digest and exactly what its rules read: equal questions ask Cedar once. Keep one for as long as
 * packs are asked; where it is full it starts afresh.
 */
export class PackAnswers {
  readonly #known = new Map<string, PackAnswer>();
  readonly #most: number;

  constructor(most = 10_000) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  recall(key: string, ask: () => PackAnswer): PackAnswer {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = ask();
    if (this.#known.size >= this.#most) this.#known.clear();
    this.#known.set(key, answer);
    return answer;
  }
}
