import { CollateralError } from './errors.ts';
import type { Timing } from './timing.ts';

export type QueueOptions = {
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Least time between the starts of two requests, while the vendor is content. */
  readonly paceMs: number;
  /** Requests that may wait; more are refused at once. */
  readonly maxQueued: number;
};

/** The greatest pace that a vendor's displeasure leads to: what AMD allows for one URL. */
const SLOWEST_PACE_MS = 10_000;
const GREATEST_PAUSE_MS = 3_600_000;

type Waiting = { readonly start: () => void };

/**
 * Turns for requests to one vendor. Lanes are served in rotation, so that a thousand chips that boot in one tenant's hall keep
 * neither another tenant's nor a CRL waiting; within a lane the first comes first. When the vendor says that it is too much, all
 * of them pause, and the pace halves; each success wins some of it back.
 */
export class RequestQueue {
  readonly #options: QueueOptions;
  readonly #timing: Timing;
  /** In the order of their next turn. */
  readonly #lanes = new Map<string, Waiting[]>();
  #running = 0;
  #queued = 0;
  #pace: number;
  #nextStart = Number.NEGATIVE_INFINITY;
  #waking = false;

  constructor(options: QueueOptions, timing: Timing) {
    this.#options = options;
    this.#timing = timing;
    this.#pace = options.paceMs;
  }

  get queued(): number {
    return this.#queued;
  }

  /** How long a request that comes now waits for its turn, at the present pace. */
  get estimatedWaitMs(): number {
    return Math.max(0, this.#nextStart - this.#timing.now()) + this.#queued * this.#pace;
  }

  /**
   * Waits for a turn; the answer gives it back.
   * @throws CollateralError `collateral_throttled` where too many wait; the signal's reason
   */
  async turn(lane: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#queued >= this.#options.maxQueued) {
      throw new CollateralError('collateral_throttled', `${this.#queued} requests wait already`, {
        retryAfterMs: Math.ceil(this.estimatedWaitMs),
      });
    }
    await this.#wait(lane, signal);
    let given = true;
    return () => {
      if (given) this.#running--;
      given = false;
      this.#pump();
    };
  }

  /** The vendor asked for fewer requests. */
  throttled(retryAfterMs: number): void {
    this.#pace = Math.min(SLOWEST_PACE_MS, Math.max(1000, this.#pace * 2));
    const pause = Math.min(GREATEST_PAUSE_MS, Math.max(retryAfterMs, this.#pace));
    this.#nextStart = Math.max(this.#nextStart, this.#timing.now() + pause);
  }

  succeeded(): void {
    this.#pace = Math.max(this.#options.paceMs, this.#pace * 0.9);
  }

  #wait(lane: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#remove(lane, waiting);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      const line = this.#lanes.get(lane) ?? [];
      line.push(waiting);
      this.#lanes.set(lane, line);
      this.#queued++;
      this.#pump();
    });
  }

  #remove(lane: string, waiting: Waiting): void {
    const line = this.#lanes.get(lane) ?? [];
    const index = line.indexOf(waiting);
    if (index === -1) return;
    line.splice(index, 1);
    this.#queued--;
    if (line.length === 0) this.#lanes.delete(lane);
  }

  #pump(): void {
    while (this.#queued > 0 && this.#running < this.#options.concurrency) {
      const wait = this.#nextStart - this.#timing.now();
      if (wait > 0) {
        this.#wakeIn(wait);
        return;
      }
      const next = this.#next();
      if (next === null) return;
      this.#running++;
      this.#nextStart = this.#timing.now() + this.#pace;
      next.start();
    }
  }

  /** The first of the first lane, which then goes to the end of the rotation. */
  #next(): Waiting | null {
    for (const [lane, line] of this.#lanes) {
      this.#lanes.delete(lane);
      const first = line.shift();
      if (line.length > 0) this.#lanes.set(lane, line);
      if (first === undefined) continue;
      this.#queued--;
      return first;
    }
    return null;
  }

  #wakeIn(ms: number): void {
    if (this.#waking) return;
    this.#waking = true;
    const wake = (): void => {
      this.#waking = false;
      this.#pump();
    };
    this.#timing.sleep(ms).then(wake, wake);
  }
}
