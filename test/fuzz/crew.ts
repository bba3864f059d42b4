import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './campaign.ts';
import type { Lot } from './lots.ts';
import { Window } from './window.ts';

const READER = join(import.meta.dirname, 'children/read-lots.ts');
/** One input for so long, whatever the machine is busy with, is read for ever. */
const STUCK_MS = 120_000;
const WATCH: Watch = { reader: READER, stuckMs: STUCK_MS, lookMs: 1000 };

type Watch = { readonly reader: string; readonly stuckMs: number; readonly lookMs: number };

export type Work = {
  /** Taken from the front; null when there is nothing more. */
  readonly next: () => Lot | null;
  readonly onOutcome: (lot: Lot, outcome: Outcome) => void;
};

/** Reads lots on as many threads; one that comes to no end with an input is ended, and another takes its place. */
export async function readLots(threads: number, work: Work, watch = WATCH): Promise<void> {
  await Promise.all(Array.from({ length: threads }, () => readOnOneThread(work, watch)));
}

async function readOnOneThread(work: Work, watch: Watch): Promise<void> {
  while ((await untilStuck(work, watch)) === 'stuck');
}

function untilStuck(
  { next, onOutcome }: Work,
  { reader, stuckMs, lookMs }: Watch,
): Promise<'stuck' | 'done'> {
  const window = new Window();
  const worker = new Worker(reader, { workerData: window.memory });
  let lot: Lot | null = null;
  let seen = { count: -1, at: Date.now() };
  return new Promise((resolve, reject) => {
    const end = (how: 'stuck' | 'done'): void => {
      clearInterval(timer);
      worker.terminate().then(() => resolve(how), reject);
    };
    const timer = setInterval(() => {
      const count = window.count();
      if (count !== seen.count || lot === null) seen = { count, at: Date.now() };
      if (lot === null || Date.now() - seen.at < stuckMs) return;
      onOutcome(lot, endless(window.input(), stuckMs));
      end('stuck');
    }, lookMs);
    worker.on('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    worker.on('message', (outcome: Outcome | null) => {
      if (lot !== null && outcome !== null) onOutcome(lot, outcome);
      lot = next();
      if (lot === null) end('done');
      else worker.postMessage(lot);
    });
  });
}

function endless(input: Uint8Array, stuckMs: number): Outcome {
  const why = `not read after ${stuckMs / 1000} s`;
  return { runs: 0, accepted: 0, cpuMs: stuckMs, found: { kind: 'hang', why, input } };
}
