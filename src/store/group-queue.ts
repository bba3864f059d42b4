import { setImmediate as nextTurn } from 'node:timers/promises';
import { AvailabilityError } from './errors.ts';
import type { Tx } from './port.ts';

export type QueueLimits = {
  /** Units that may wait for their commit; one more is refused with `overloaded`. */
  readonly maxQueued: number;
  /** Units of one commit: bounds how long others wait for it. */
  readonly maxGroup: number;
};

/** A unit of work that waits for its commit. */
export type Job = {
  /** Runs the work; answers what delivers its result once that is durable. */
  readonly run: (tx: Tx) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
};

/**
 * Units of work that wait for their group's commit: they queue up while the event loop reads requests and are committed
 * together in its next turn (docs/decisions/0002-group-commit.md). Groups never overlap.
 */
export class GroupQueue {
  readonly #limits: QueueLimits;
  readonly #commit: (group: readonly Job[]) => Promise<void>;
  #waiting: Job[] = [];
  #draining: Promise<void> | undefined;

  /** @param commit answers every job of its group and never rejects */
  constructor(limits: QueueLimits, commit: (group: readonly Job[]) => Promise<void>) {
    this.#limits = limits;
    this.#commit = commit;
  }

  /** @throws AvailabilityError `overloaded` */
  push<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#waiting.length >= this.#limits.maxQueued) {
      throw new AvailabilityError('overloaded', 'too many writes are waiting', {
        expected: `at most ${this.#limits.maxQueued}`,
      });
    }
    return new Promise<T>((resolve, reject) => {
      const run = async (tx: Tx) => {
        const result = await work(tx);
        return () => resolve(result);
      };
      this.#waiting.push({ run, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves once nothing waits. */
  async emptied(): Promise<void> {
    await this.#draining;
  }

  /** Runs until the queue is empty; between two groups the event loop delivers answers and accepts more. */
  async #drain(): Promise<void> {
    do {
      await nextTurn();
      await this.#commit(this.#waiting.splice(0, this.#limits.maxGroup));
    } while (this.#waiting.length > 0);
    this.#draining = undefined;
  }
}
