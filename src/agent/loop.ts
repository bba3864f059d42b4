import { SextantError } from '../bytes/errors.ts';
import type { HostChallenge } from '../protocol/challenge.ts';
import type { EvidenceAnswer } from '../protocol/evidence.ts';
import { untilChallenged } from './challenge.ts';
import { AgentError } from './errors.ts';
import { type BackoffLimits, backoffMs, mendsItself, type Pace } from './repeat.ts';
import { Refusal } from './verifier/refusal.ts';

/**
 * Where the agent stands, for people and for monitoring. `waiting` needs nobody: it mends itself. `refused` needs the
 * person whom `mend` addresses; the agent goes on asking, slowly, and recovers by itself once that is done.
 */
export type AgentState =
  | {
      readonly state: 'attested';
      readonly since: Date;
      readonly next: Date;
      readonly devices: readonly { readonly id: string; readonly label: string }[];
    }
  | {
      readonly state: 'waiting';
      readonly code: string;
      readonly message: string;
      readonly tries: number;
      readonly next: Date;
    }
  | {
      readonly state: 'refused';
      readonly code: string;
      readonly message: string;
      readonly mend: string;
      readonly next: Date;
    };

export type Loop = {
  readonly attest: (signal: AbortSignal) => Promise<EvidenceAnswer>;
  readonly pace: Pace;
  /** Asks whether this host is to attest at once, and when to ask again. Default: nobody is asked. */
  readonly challenged?: (signal: AbortSignal) => Promise<HostChallenge>;
  /** Told of each state as it is entered. */
  readonly report: (state: AgentState) => void;
  /** Ends the loop, also while it waits or attests. */
  readonly signal: AbortSignal;
};

const WAITING: BackoffLimits = { baseMs: 2_000, ceilingMs: 300_000 };
/** A person has to act: hurry helps nobody, and a fleet of misconfigured hosts must not become a burden. */
const REFUSED: BackoffLimits = { baseMs: 60_000, ceilingMs: 3_600_000 };

/** Hosts that were started together do not stay in step: up to this much is added to what the verifier asks for. */
const SPREAD_MS = 15_000;
/** A verifier that names a time in the past, or a host whose clock is off, does not make the agent spin. */
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 86_400_000;

/** Attests again and again until the signal ends it. Resolves then; rejects only for faults of the program itself. */
export async function attestationLoop({ attest, pace, challenged, report, signal }: Loop): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    const now = pace.clock();
    let state: AgentState;
    try {
      const answer = await attest(signal);
      failures = answer.appraisal.outcome === 'accepted' ? 0 : failures + 1;
      state = stateOf(answer, pace);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof SextantError)) throw error;
      state = stateAfter(error, failures++, now, pace);
    }
    report(state);
    try {
      await untilChallenged({ until: state.next, ask: challenged, pace, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function stateOf({ appraisal, nextAttestationAfter }: EvidenceAnswer, pace: Pace): AgentState {
  const since = pace.clock();
  const asked = Date.parse(nextAttestationAfter) - since.getTime();
  const wait = Math.min(Math.max(asked, SHORTEST_WAIT_MS), LONGEST_WAIT_MS) + pace.random() * SPREAD_MS;
  const next = new Date(since.getTime() + wait);
  if (appraisal.outcome === 'accepted') {
    return {
      state: 'attested',
      since,
      next,
      devices: appraisal.devices.map(({ id, label }) => ({ id, label })),
    };
  }
  const { reasons } = appraisal;
  return {
    state: 'refused',
    code: reasons[0]?.code ?? 'refused',
    message: reasons.map(({ sentence }) => sentence).join(' ') || 'The verifier refused the evidence.',
    mend: reasons.flatMap(({ mend }) => mend ?? []).join(' ') || 'See the checks in the answer.',
    next,
  };
}

function stateAfter(error: SextantError, failures: number, now: Date, { random }: Pace): AgentState {
  const { code, message } = error;
  const asked = error instanceof Refusal ? error.retryAfterMs : null;
  const waiting = mendsItself(error);
  const delay = backoffMs(failures, waiting ? WAITING : REFUSED, random, asked);
  const next = new Date(now.getTime() + Math.max(delay, SHORTEST_WAIT_MS));
  if (waiting) return { state: 'waiting', code, message, tries: failures + 1, next };
  const mend =
    error instanceof Refusal || error instanceof AgentError
      ? error.mend
      : 'Report this: it should not happen.';
  return { state: 'refused', code, message, mend, next };
}
