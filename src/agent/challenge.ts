import { z } from 'zod';
import { SextantError } from '../bytes/errors.ts';
import { type HostChallenge, hostChallenge } from '../protocol/challenge.ts';
import type { Pace } from './repeat.ts';
import { readAnswer } from './verifier/answer.ts';
import type { Client } from './verifier/client.ts';
import { Refusal } from './verifier/refusal.ts';

/** For the first time; from then on as often as the verifier says. */
const FIRST_S = 60;
const SHORTEST_MS = 1_000;
/** Hosts do not all ask in the same second. */
const SPREAD = 0.2;

/** Whether this host is to attest at once: one of its devices was drawn. @throws AgentError, Refusal */
export async function askChallenge(client: Client, signal: AbortSignal): Promise<HostChallenge> {
  const answer = await client.get({ path: '/v1/host/challenge', signal });
  return readAnswer(z.object(hostChallenge.shape), answer, client.address);
}

export type Waiting = {
  readonly until: Date;
  readonly ask: ((signal: AbortSignal) => Promise<HostChallenge>) | undefined;
  readonly pace: Pace;
  readonly signal: AbortSignal;
};

/**
 * Waits until an instant, or until the verifier challenges this host: whichever comes first. A verifier that cannot be reached, or is too
 * old to challenge, is no reason to wait less.
 *
 * @throws the signal's reason once it is aborted
 */
export async function untilChallenged({ until, ask, pace, signal }: Waiting): Promise<void> {
  let asking = ask;
  let askAfterMs = FIRST_S * 1000;
  for (;;) {
    const leftMs = until.getTime() - pace.clock().getTime();
    const pauseMs = Math.max(SHORTEST_MS, askAfterMs * (1 - SPREAD * pace.random()));
    if (asking === undefined || leftMs <= pauseMs) return pace.sleep(Math.max(0, leftMs), signal);
    await pace.sleep(pauseMs, signal);
    try {
      const { session, askAgainAfterSeconds } = await asking(signal);
      if (session !== null) return;
      askAfterMs = askAgainAfterSeconds * 1000;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SextantError)) throw error;
      if (error instanceof Refusal && error.status === 404) asking = undefined;
    }
  }
}
