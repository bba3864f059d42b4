import { setTimeout as delay } from 'node:timers/promises';
import { mayRunAgain } from './failure.ts';

const TRIES = 3;
const PAUSE_MS = 50;

/**
 * Tries up to three times what lost a conflict, or its connection before its end: a server that is started anew ends every
 * connection, idle ones included, and each is noticed only when it is used.
 *
 * @param isSafe asked before another try
 */
export async function again<T>(work: () => Promise<T>, isSafe: (error: unknown) => boolean): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (tried === TRIES || !mayRunAgain(error) || !isSafe(error)) throw error;
      await delay(PAUSE_MS * tried);
    }
  }
}
