import { SextantError } from '../../src/bytes/errors.ts';
import { chanceFrom, mutate } from './mutate.ts';
import type { Target } from './targets.ts';
import { withoutStacks } from './without-stacks.ts';

/** Longer over one input is a hang. */
export const HANG_MS = 50;
/** What took longer once is read again, by the thread's own time: a busy machine is no hang. */
const LOOKS = 3;

export type Found = {
  readonly kind: 'crash' | 'hang';
  readonly why: string;
  readonly input: Uint8Array;
};

export type Campaign = {
  readonly target: Target;
  readonly samples: readonly [Uint8Array, ...Uint8Array[]];
  readonly runs: number;
  readonly seed: number;
  /** Hears each input before it is read: whoever watches knows what is read for ever. */
  readonly onInput?: (input: Uint8Array) => void;
};

export type Outcome = {
  readonly runs: number;
  /** Inputs that were read as something. */
  readonly accepted: number;
  /** What the thread itself took, changing the samples included. */
  readonly cpuMs: number;
  readonly found: Found | null;
};

/** Reads changed samples until as many were read, or something was found: the first is enough to mend. */
export function fuzz({ target, samples, runs, seed, onInput }: Campaign): Outcome {
  const chance = chanceFrom(seed);
  const started = cpuMs();
  let accepted = 0;
  let done = 0;
  let found: Found | null = null;
  while (done < runs && found === null) {
    const input = mutate(samples, chance);
    onInput?.(input);
    const tried = withoutStacks(() => tryOne(target, input));
    done++;
    if (tried === 'read') accepted++;
    else if (tried !== 'refused') found = withStack(target, tried);
  }
  return { runs: done, accepted, cpuMs: cpuMs() - started, found };
}

/** What becomes of one input. */
export function tryOne(target: Target, input: Uint8Array): 'read' | 'refused' | Found {
  let outcome: 'read' | 'refused' = 'refused';
  const started = performance.now();
  try {
    // Some parsers answer null for what is none of theirs.
    if (target.read(input) !== null) outcome = 'read';
  } catch (error) {
    if (!(error instanceof SextantError)) return { kind: 'crash', why: stackOf(error), input };
  }
  const tookMs = performance.now() - started;
  if (tookMs <= HANG_MS) return outcome;
  const leastMs = Math.min(...Array.from({ length: LOOKS }, () => timeOf(target, input)));
  return leastMs <= HANG_MS ? outcome : { kind: 'hang', why: `${leastMs.toFixed(0)} ms`, input };
}

/** Once more, for whoever is to mend it. */
function withStack(target: Target, found: Found): Found {
  const again = tryOne(target, found.input);
  return typeof again === 'string' ? found : again;
}

function timeOf({ read }: Target, input: Uint8Array): number {
  const started = cpuMs();
  try {
    read(input);
  } catch {
    // What it throws was looked at before.
  }
  return cpuMs() - started;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
