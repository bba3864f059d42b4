import { describe, expect, it } from 'vitest';
import { AgentError } from '../../src/agent/errors.ts';
import { type AgentState, attestationLoop } from '../../src/agent/loop.ts';
import { backoffMs, resend } from '../../src/agent/repeat.ts';
import { Refusal } from '../../src/agent/verifier/refusal.ts';
import type { EvidenceAnswer } from '../../src/protocol/evidence.ts';
import { type FakePace, fakePace } from './fixtures.ts';

function answer(outcome: 'accepted' | 'refused', next: Date): EvidenceAnswer {
  return {
    sessionId: 'ses_1',
    ear: 'ear',
    nextAttestationAfter: next.toISOString(),
    appraisal: {
      outcome,
      at: next.toISOString(),
      devices: [],
      checks: [],
      notPerformed: [],
      reasons:
        outcome === 'accepted'
          ? []
          : [{ code: 'tpm.quote', kind: 'violated', sentence: 'It does not hold.', mend: 'Mend it.' }],
      referenceSets: { matched: [], nearest: null },
      violations: [],
      weaknesses: [],
      collateral: [],
      validUntil: null,
      evidence: [],
      trustInputs: [],
      selfApproved: false,
    },
  };
}

const unreachable = new AgentError('verifier_unreachable', 'down', '');
const refused = (status: number, code: string, retryAfterMs: number | null = null): Refusal =>
  new Refusal(status, code, 'no', { retryAfterMs, mend: `mend ${code}`, requestId: null });

/** Runs the loop over a script of outcomes and ends it when the script is over. */
async function run(
  script: readonly (((pace: FakePace) => EvidenceAnswer) | Error)[],
  chance = 0.5,
): Promise<{ states: AgentState[]; pace: FakePace }> {
  const pace = fakePace(chance);
  const controller = new AbortController();
  const states: AgentState[] = [];
  let step = 0;
  await attestationLoop({
    pace,
    signal: controller.signal,
    report: (state) => states.push(state),
    attest: async () => {
      const next = script[step++];
      if (step >= script.length) controller.abort();
      if (next === undefined) throw new Error('the script is over');
      if (next instanceof Error) throw next;
      return next(pace);
    },
  });
  return { states, pace };
}

const inAnHour = (pace: FakePace): EvidenceAnswer =>
  answer('accepted', new Date(pace.clock().getTime() + 3_600_000));

describe('the attestation loop', () => {
  it('attests again when the verifier said, spread over some seconds', async () => {
    const { states, pace } = await run([inAnHour, inAnHour, inAnHour], 0.5);
    expect(states.map(({ state }) => state)).toEqual(['attested', 'attested', 'attested']);
    expect(pace.slept).toEqual([3_607_500, 3_607_500]);
  });

  it('does not spin for a verifier that names a time in the past', async () => {
    const past = (pace: FakePace): EvidenceAnswer =>
      answer('accepted', new Date(pace.clock().getTime() - 60_000));
    const { pace } = await run([past, past], 0);
    expect(pace.slept).toEqual([1000]);
  });

  it('waits for what mends itself, longer each time, and starts afresh afterwards', async () => {
    const { states, pace } = await run(
      [unreachable, unreachable, unreachable, inAnHour, unreachable, unreachable, inAnHour],
      0.999,
    );
    expect(states.map(({ state }) => state)).toEqual([
      ...['waiting', 'waiting', 'waiting', 'attested', 'waiting', 'waiting', 'attested'],
    ]);
    const seconds = pace.slept.map((ms) => Math.round(ms / 1000));
    expect(seconds).toEqual([2, 4, 8, 3615, 2, 4]);
    expect(states[2]).toMatchObject({ code: 'verifier_unreachable', tries: 3 });
  });

  it.each([refused(429, 'too_early', 40_000), refused(503, 'overloaded', 40_000)])(
    'takes Retry-After of $status as a floor, with jitter above it',
    async (error) => {
      const { states, pace } = await run([error, inAnHour], 0.5);
      expect(states[0]).toMatchObject({ state: 'waiting', code: error.code });
      expect(pace.slept).toEqual([41_000]);
    },
  );

  it.each(['session_expired', 'dpop_replayed', 'session_already_submitted'])(
    'begins a new session after %s',
    async (code) => {
      const { states } = await run([refused(409, code), inAnHour]);
      expect(states.map(({ state }) => state)).toEqual(['waiting', 'attested']);
    },
  );

  it.each([refused(403, 'host_suspended'), refused(401, 'unauthenticated')])(
    'says what to do after $code, asks again slowly, and recovers by itself',
    async (error) => {
      const { states, pace } = await run([error, error, inAnHour], 0.5);
      expect(states[0]).toMatchObject({ state: 'refused', code: error.code, mend: `mend ${error.code}` });
      expect(states[2]).toMatchObject({ state: 'attested' });
      expect(pace.slept).toEqual([30_000, 60_000]);
    },
  );

  it("shows the appraisal's reasons when the evidence itself is refused", async () => {
    const no = (pace: FakePace): EvidenceAnswer =>
      answer('refused', new Date(pace.clock().getTime() + 60_000));
    const { states } = await run([no, inAnHour]);
    expect(states[0]).toMatchObject({
      state: 'refused',
      code: 'tpm.quote',
      message: 'It does not hold.',
      mend: 'Mend it.',
    });
  });

  it('never waits longer than its ceilings', async () => {
    const outage = Array.from({ length: 40 }, () => unreachable);
    const { pace } = await run(outage, 0.999);
    expect(Math.max(...pace.slept)).toBeLessThanOrEqual(300_000);
    expect(pace.slept.at(-1)).toBeGreaterThan(290_000);
  });

  it('ends at once when it is told to, while it waits', async () => {
    const controller = new AbortController();
    const pace = { ...fakePace(), sleep: hang };
    const loop = attestationLoop({
      pace,
      signal: controller.signal,
      report: () => controller.abort(),
      attest: async () => answer('accepted', new Date(pace.clock().getTime() + 60_000)),
    });
    await expect(loop).resolves.toBeUndefined();
  });

  it('passes on faults of the program itself', async () => {
    await expect(run([new TypeError('bug'), inAnHour])).rejects.toThrow('bug');
  });
});

function hang(_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

describe('backoff', () => {
  it('is spread over everything from nothing to its limit', () => {
    const limits = { baseMs: 1000, ceilingMs: 60_000 };
    expect(backoffMs(0, limits, () => 0)).toBe(0);
    expect(backoffMs(3, limits, () => 0.5)).toBe(4000);
    expect(backoffMs(1000, limits, () => 1)).toBe(60_000);
  });
});

describe('sending the same again', () => {
  const signal = new AbortController().signal;

  it.each([unreachable, refused(503, 'shutting_down'), refused(500, 'internal')])(
    'happens while nobody can tell whether it arrived: $code',
    async (error) => {
      const pace = fakePace();
      let sent = 0;
      const send = async (): Promise<string> => {
        if (++sent < 4) throw error;
        return 'stored answer';
      };
      const until = new Date(pace.clock().getTime() + 60_000);
      expect(await resend(send, until, pace, signal)).toBe('stored answer');
      expect(sent).toBe(4);
    },
  );

  it('does not happen after an answer', async () => {
    const pace = fakePace();
    const send = async (): Promise<never> => {
      throw refused(409, 'session_already_submitted');
    };
    const until = new Date(pace.clock().getTime() + 60_000);
    await expect(resend(send, until, pace, signal)).rejects.toMatchObject({
      code: 'session_already_submitted',
    });
    expect(pace.slept).toEqual([]);
  });

  it('ends with the session', async () => {
    const pace = fakePace(1);
    const send = async (): Promise<never> => {
      throw unreachable;
    };
    const until = new Date(pace.clock().getTime() + 60_000);
    await expect(resend(send, until, pace, signal)).rejects.toBe(unreachable);
    expect(pace.clock().getTime()).toBeLessThan(until.getTime());
  });
});
