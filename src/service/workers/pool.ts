import { toJob } from '../../evidence/bundle/transfer/job.ts';
import { acceptTransfer } from '../../evidence/bundle/transfer/verify.ts';
import { type BundleInput, type BundleResult, verifyBundle } from '../../evidence/bundle/verify.ts';
import type { Random } from '../context.ts';
import { AvailabilityError } from '../errors.ts';
import type { BundleVerifier } from './bundle-verifier.ts';
import { CODEC } from './codec.ts';
import type { JobMessage } from './messages.ts';
import { type Seat, type SeatFactory, startSeat } from './seat.ts';

export type PoolOptions = {
  /** Threads; at least one. */
  readonly size: number;
  readonly random: Random;
  /** Told of what a person should look at. */
  readonly report: (message: string) => void;
  /** Jobs that wait for a thread before more are refused. Default: 32 a thread. */
  readonly maxQueued?: number;
  /** How long a job may take. Default 10 seconds, many times what any bundle takes. */
  readonly deadlineMs?: number;
  /** How long it may wait for a thread. Default 10 seconds. */
  readonly patienceMs?: number;
  /** Bundles below this many characters are verified by the thread that asks: the way there and back costs more. */
  readonly smallBelow?: number;
  readonly seat?: SeatFactory;
};

const QUEUED_A_THREAD = 32;
/** A TPM's quote without an event log. */
const SMALL = 16_384;

type Waiting = {
  readonly message: JobMessage;
  readonly resolve: (result: BundleResult) => void;
  readonly reject: (error: Error) => void;
  /** Gives up waiting for a thread. */
  readonly patience: NodeJS.Timeout;
};

/**
 * Verifies bundles on threads of their own. One job is on one thread at a time; what finds none waits in a queue that is
 * bounded, and what finds the queue full is refused. A thread that dies is replaced, and its job is answered as unavailable.
 */
export function workerPool(options: PoolOptions): BundleVerifier {
  const { size, random, report, deadlineMs = 10_000, patienceMs = 10_000 } = options;
  const { smallBelow = SMALL, seat = startSeat } = options;
  const maxQueued = options.maxQueued ?? size * QUEUED_A_THREAD;
  const key = random(32);
  const queue: Waiting[] = [];
  let jobs = 0;
  let closed = false;

  const start = (): Seat => seat({ key, deadlineMs, report, onFree: take });
  const seats: Seat[] = Array.from({ length: Math.max(1, size) }, start);

  function take(): void {
    for (const free of seats) {
      if (!free.isFree()) continue;
      const waiting = queue.shift();
      if (waiting === undefined) return;
      clearTimeout(waiting.patience);
      void run(free, waiting);
    }
  }

  async function run(free: Seat, { message, resolve, reject }: Waiting): Promise<void> {
    try {
      const result = await free.ask(message);
      resolve(acceptTransfer(result, { key, job: message.job }, CODEC, message.bundle.host));
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return {
    verify: async (input: BundleInput): Promise<BundleResult> => {
      if (input.jws.length < smallBelow) return verifyBundle(input);
      const bundle = toJob(input);
      if (bundle === null) return verifyBundle(input);
      if (closed) throw new AvailabilityError('verification_unavailable', 'the verifier is stopping');
      if (queue.length >= maxQueued) {
        throw new AvailabilityError('overloaded', `${queue.length} submissions wait to be verified`);
      }
      return new Promise((resolve, reject) => {
        const message = { job: jobs++, bundle };
        const patience = setTimeout(() => {
          queue.splice(0, queue.length, ...queue.filter((one) => one.message !== message));
          reject(new AvailabilityError('overloaded', 'no thread was free to verify it in time'));
        }, patienceMs);
        queue.push({ message, resolve, reject, patience });
        take();
      });
    },
    close: async () => {
      closed = true;
      const stopping = new AvailabilityError('verification_unavailable', 'the verifier is stopping');
      for (const { reject, patience } of queue.splice(0)) {
        clearTimeout(patience);
        reject(stopping);
      }
      await Promise.all(seats.map((one) => one.close()));
    },
  };
}
