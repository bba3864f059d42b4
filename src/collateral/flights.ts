import { CollateralError } from './errors.ts';
import type { FetchLimits } from './source.ts';
import type { Timing } from './timing.ts';

const DEFAULT_TIMEOUT_MS = 15_000;

/** One piece of work for each key at a time, however many ask for it. */
export class Flights<T> {
  readonly #under = new Map<string, Promise<T>>();

  /** Joins the work under way for the key, or starts it. */
  run(key: string, start: () => Promise<T>): Promise<T> {
    const known = this.#under.get(key);
    if (known !== undefined) return known;
    const flight = start().finally(() => this.#under.delete(key));
    // Whoever waited may have left before it failed.
    flight.catch(() => {});
    this.#under.set(key, flight);
    return flight;
  }
}

/**
 * Waits for a flight as long as this caller can; the flight goes on without him.
 * @throws CollateralError `collateral_timeout`
 */
export async function waitFor<T>(
  flight: Promise<T>,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: FetchLimits,
  {
    timing,
    key,
    retryAfterMs,
  }: { readonly timing: Timing; readonly key: string; readonly retryAfterMs: () => number },
): Promise<T> {
  const patience = timing.timeout(timeoutMs);
  const end = signal === undefined ? patience : AbortSignal.any([patience, signal]);
  const { promise, reject } = Promise.withResolvers<never>();
  const leave = (): void => {
    const message = `${key} was not at hand in the time given`;
    reject(
      new CollateralError('collateral_timeout', message, {
        path: key,
        retryAfterMs: Math.ceil(retryAfterMs()),
      }),
    );
  };
  if (end.aborted) leave();
  end.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([flight, promise]);
  } finally {
    end.removeEventListener('abort', leave);
  }
}
