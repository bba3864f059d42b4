import { describe, expect, it } from 'vitest';
import { untilChallenged } from '../../src/agent/challenge.ts';
import { AgentError } from '../../src/agent/errors.ts';
import { Refusal } from '../../src/agent/verifier/refusal.ts';
import type { HostChallenge } from '../../src/protocol/challenge.ts';
import { type FakePace, fakePace } from './fixtures.ts';

const SIGNAL = new AbortController().signal;
const SESSION = { id: 'ses_1' } as HostChallenge['session'];
const nothing = { session: null, askAgainAfterSeconds: 60 };
const gone = new Refusal(404, 'no_such_route', 'no', { retryAfterMs: null, mend: '', requestId: null });

/** Waits ten minutes, with these answers; says how long it waited and how often it asked. */
async function waited(...answers: readonly (HostChallenge | Error)[]): Promise<[ms: number, asked: number]> {
  const pace: FakePace = fakePace(0);
  const began = pace.clock().getTime();
  let asked = 0;
  const ask = async (): Promise<HostChallenge> => {
    const next = answers[Math.min(asked++, answers.length - 1)];
    if (next === undefined || next instanceof Error) throw next;
    return next;
  };
  await untilChallenged({ until: new Date(began + 600_000), ask, pace, signal: SIGNAL });
  return [pace.clock().getTime() - began, asked];
}

describe('an agent that waits', () => {
  it('attests at once when it is challenged', async () => {
    expect(await waited({ session: SESSION, askAgainAfterSeconds: 60 })).toEqual([60_000, 1]);
    expect(await waited(nothing, nothing, { session: SESSION, askAgainAfterSeconds: 60 })).toEqual([
      180_000, 3,
    ]);
  });

  it('asks as often as it is told, and waits no longer for it', async () => {
    expect(await waited(nothing)).toEqual([600_000, 9]);
    expect(await waited({ session: null, askAgainAfterSeconds: 3600 })).toEqual([600_000, 1]);
  });

  it('goes on where the verifier is not there, and asks no more where it knows no challenges', async () => {
    const down = new AgentError('verifier_unreachable', 'down', '');
    expect(await waited(down, { session: SESSION, askAgainAfterSeconds: 60 })).toEqual([120_000, 2]);
    expect(await waited(gone)).toEqual([600_000, 1]);
    await expect(waited(new TypeError('a fault of the program'))).rejects.toThrow(TypeError);
  });

  it('ends as soon as it is told to', async () => {
    const pace = fakePace();
    const until = new Date(pace.clock().getTime() + 600_000);
    const waiting = untilChallenged({ until, ask: undefined, pace, signal: AbortSignal.abort() });
    await expect(waiting).rejects.toThrow('aborted');
  });
});
