import { randomBytes } from 'node:crypto';
import { type BundleInput, verifyBundle } from '../../src/evidence/bundle/verify.ts';
import { workerPool } from '../../src/service/workers/pool.ts';
import { makeGpuHost, submission, trustIn } from '../forge/nvidia/eight-gpus.ts';
import { median, type Row, row } from './row.ts';

const GPUS = 8;
const SUBMISSIONS = 32;
const ROUNDS = 9;
/** As many as a busy verifier has waiting for each thread. */
const UNDER_WAY = 3;

/**
 * Whole submissions of a host with eight GPUs and a TPM, every one of them new, its chips and manifests known: through pools of one
 * thread and of two, by the wall clock, in turns. The main thread does what it does in the service: copy in, copy out, seal.
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
  const pools = [1, 2].map((size) => workerPool({ size, random, report: console.error }));
  const [one, two] = pools;
  if (one === undefined || two === undefined) throw new Error('no pool');
  const rates = { one: [] as number[], two: [] as number[] };
  // Threads load, and learn chips and manifests, before anything is counted.
  await rate(one, 1, inputs);
  await rate(two, 2, inputs);
  for (let round = 0; round < ROUNDS; round++) {
    rates.one.push(await rate(one, 1, inputs));
    rates.two.push(await rate(two, 2, inputs));
  }
  await Promise.all(pools.map((pool) => pool.close()));
  const name = `nvidia, a host of ${GPUS} GPUs, two threads against one`;
  return [row(name, median(rates.two), 'bundles/s', median(rates.one))];
}

type Pool = ReturnType<typeof workerPool>;

/** Submissions a second, so many being under way at a time. */
async function rate(pool: Pool, threads: number, inputs: readonly BundleInput[]): Promise<number> {
  const waiting = [...inputs];
  const started = performance.now();
  const client = async (): Promise<void> => {
    for (let input = waiting.pop(); input !== undefined; input = waiting.pop()) {
      const { verified } = await pool.verify(input);
      if (verified === null) throw new Error('a submission was refused');
    }
  };
  await Promise.all(Array.from({ length: threads * UNDER_WAY }, client));
  return (inputs.length / (performance.now() - started)) * 1000;
}
