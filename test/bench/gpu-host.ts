import { randomBytes } from 'node:crypto';
import { type BundleInput, verifyBundle } from '../../src/evidence/bundle/verify.ts';
import type { BundleVerifier } from '../../src/service/workers/bundle-verifier.ts';
import { ownThread } from '../../src/service/workers/bundle-verifier.ts';
import { workerPool } from '../../src/service/workers/pool.ts';
import { makeGpuHost, submission, trustIn } from '../forge/nvidia/eight-gpus.ts';
import { bindableCores } from './cores.ts';
import { median, type Row, row } from './row.ts';

const GPUS = 8;
/** So many that it does not count which thread ends last. */
const SUBMISSIONS = 96;
const ROUNDS = 11;
const THREADS = 2;
/** As many as a busy verifier has waiting for each thread. */
const UNDER_WAY = 3;

/**
 * Whole submissions of a host with eight GPUs and a TPM, every one of them new, its chips and manifests known: on one core, as the
 * thread that asks verifies them, against two verifying threads on two; in turns. Bound to one core, as otherwise the garbage of
 * one thread is collected on the other core.
 *
 * By the clock it takes two idle cores to show anything. By processor time it says what two idle cores would do: work that is
 * spread evenly over both, with all that threads add to it (copies both ways, the thread that asks, cold caches).
 */
export async function gpuHost(): Promise<Row[]> {
  const machine = makeGpuHost(GPUS);
  const trust = trustIn(machine.gpus);
  const inputs = Array.from({ length: SUBMISSIONS }, () => submission(machine, trust));
  for (const input of inputs.slice(0, 2)) {
    const { verified } = verifyBundle(input);
    if (verified?.devices.some(({ evidence }) => evidence === null) !== false) throw new Error('refused');
  }
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const patienceMs = 120_000;
  const two = workerPool({ size: THREADS, random, report: console.error, patienceMs });
  // Threads load, learn chips and manifests, and have their code optimised, each of them by itself, before anything is counted.
  await run(two, [...inputs, ...inputs, ...inputs, ...inputs]);
  await run(ownThread, inputs);
  const cores = bindableCores(THREADS);
  const rounds: { readonly one: Cost; readonly two: Cost }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cores?.keepOn(1);
    const one = await run(ownThread, inputs);
    cores?.keepOn(THREADS);
    rounds.push({ one, two: await run(two, inputs) });
  }
  cores?.release();
  await two.close();
  const rate = (cores: number, costs: readonly number[]): number =>
    (cores * SUBMISSIONS * 1000) / median(costs);
  const bound = cores === null ? 'two threads against one, not bound to cores' : 'two cores against one';
  const name = `nvidia, ${GPUS} GPUs and a TPM, ${bound}`;
  const clock = row(
    `${name}, by the clock`,
    rate(
      1,
      rounds.map((r) => r.two.clockMs),
    ),
    'bundles/s',
    rate(
      1,
      rounds.map((r) => r.one.clockMs),
    ),
  );
  const processor = row(
    `${name}, by processor time`,
    rate(
      THREADS,
      rounds.map((r) => r.two.processorMs),
    ),
    'bundles/s',
    rate(
      1,
      rounds.map((r) => r.one.processorMs),
    ),
  );
  return [clock, processor];
}

type Cost = { readonly clockMs: number; readonly processorMs: number };

/** What all of these submissions cost, so many being under way at a time. */
async function run(verifier: BundleVerifier, inputs: readonly BundleInput[]): Promise<Cost> {
  const waiting = [...inputs];
  const started = performance.now();
  const before = process.cpuUsage();
  const client = async (): Promise<void> => {
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
      const { verified } = await verifier.verify(input);
      if (verified === null) throw new Error('a submission was refused');
    }
  };
  await Promise.all(Array.from({ length: THREADS * UNDER_WAY }, client));
  const { user, system } = process.cpuUsage(before);
  return { clockMs: performance.now() - started, processorMs: (user + system) / 1000 };
}
