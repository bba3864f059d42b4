import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { bindableCores } from './cores.ts';
import { median, type Row, row } from './row.ts';

const THREADS = 2;
const SIGNATURES = 400;
const ROUNDS = 11;
const VERIFIES = new URL('./children/bare-p384.ts', import.meta.url);

/**
 * Bare ECDSA P-384 verifications by two threads on two cores, against one thread on one: what two cores of this machine are worth. Where
 * they share units of execution or a clock that is less than two, and nothing that is verified on them can do better.
 */
export async function bareCores(): Promise<Row[]> {
  const cores = bindableCores(THREADS);
  if (cores === null) return [];
  const threads = Array.from({ length: THREADS }, () => new Worker(VERIFIES));
  const run = async (thread: Worker): Promise<void> => {
    thread.postMessage(SIGNATURES);
    await once(thread, 'message');
  };
  const [first] = threads;
  if (first === undefined) throw new Error('no thread');
  await Promise.all(threads.map(run));
  const rates: { readonly one: number; readonly two: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cores.keepOn(1);
    const one = await rateOf(1, () => run(first));
    cores.keepOn(THREADS);
    rates.push({ one, two: await rateOf(THREADS, () => Promise.all(threads.map(run))) });
  }
  cores.release();
  await Promise.all(threads.map((thread) => thread.terminate()));
  const of = (side: 'one' | 'two'): number => median(rates.map((rate) => rate[side]));
  return [row('bare P-384, two cores against one, by the clock', of('two'), 'op/s', of('one'))];
}

async function rateOf(threads: number, run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (threads * SIGNATURES * 1000) / (performance.now() - started);
}
