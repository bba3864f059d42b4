import { canTravel } from '../../evidence/bundle/transfer/job.ts';
import { acceptTransfer } from '../../evidence/bundle/transfer/verify.ts';
import { type BundleInput, type BundleResult, verifyBundle } from '../../evidence/bundle/verify.ts';
import type { Random } from '../context.ts';
import { AvailabilityError } from '../errors.ts';
import type { BundleVerifier, ThreadTimes } from './bundle-verifier.ts';
import { CODEC } from './codec.ts';
import { NotBegun, type Seat, type SeatFactory, startSeat } from './seat.ts';

export type PoolOptions = {
  /** Threads at most; at least one. Each starts when there is something for it. */
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
  readonly job: number;
  readonly input: BundleInput;
  readonly onTimes: (times: ThreadTimes) => void;
  readonly resolve: (result: BundleResult) => void;
  readonly reject: (error: Error) => void;
  /** Gives up waiting for a thread. */
  readonly patience: NodeJS.Timeout;
};

/**
 * Verifies bundles on threads of their own, which start when they are first needed: each takes memory, and many a verifier is never
 * shown more than quotes of TPMs. A thread does one job at a time and is handed the next one before it asks, so that it
 * never waits for this thread to be scheduled; what it has not begun when another thread has nothing to do, the other gets.
 * What finds no thread waits in a queue that is bounded, and what finds the queue full is refused. A thread that dies is
 * replaced, and its job is answered as unavailable: the one that it was at, and no other.
 */
export function workerPool(options: PoolOptions): BundleVerifier {
  const { size, random, report, deadlineMs = 10_000, patienceMs = 10_000 } = options;
  const { smallBelow = SMALL, seat = startSeat } = options;
  const maxQueued = options.maxQueued ?? size * QUEUED_A_THREAD;
  const key = random(32);
  /** What no thread has begun, whether or not it was handed to one. */
  const waiting = new Set<Waiting>();
  const queue: Waiting[] = [];
  let jobs = 0;
  let closed = false;

  const start = (): Seat => seat({ key, deadlineMs, report, onFree: take });
  const seats: Seat[] = [];
  const stopping = () => new AvailabilityError('verification_unavailable', 'the verifier is stopping');

  function take(): void {
    for (;;) {
      const idle = seats.find((one) => one.room() === 'idle');
      const free = idle ?? seats.find((one) => one.room() === 'ahead');
      if (free === undefined) return;
      const first = queue.shift();
      if (first === undefined) {
        // What comes back is handed out again (see `hand`).
        if (idle !== undefined) seats.some((one) => one.giveBack());
        return;
      }
      void hand(free, first);
    }
  }

  async function hand(free: Seat, one: Waiting): Promise<void> {
    const { job, input, onTimes, resolve, reject, patience } = one;
    const onBegun = (): void => {
      clearTimeout(patience);
      waiting.delete(one);
    };
    try {
      const result = await free.ask({ job, input, onBegun, onTimes });
      resolve(acceptTransfer(result, { key, job }, CODEC, input.host));
    } catch (error) {
      if (!(error instanceof NotBegun))
        return reject(error instanceof Error ? error : new Error(String(error)));
      if (closed) return reject(stopping());
      if (!waiting.has(one)) return;
      queue.unshift(one);
      take();
    }
  }

  function enqueue(input: BundleInput, onTimes: (times: ThreadTimes) => void): Promise<BundleResult> {
    return new Promise((resolve, reject) => {
      // One that a thread holds by then is done in vain.
      const patience = setTimeout(() => {
        waiting.delete(one);
        queue.splice(0, queue.length, ...queue.filter((other) => other !== one));
        reject(new AvailabilityError('overloaded', 'no thread was free to verify it in time'));
      }, patienceMs);
      const one = { job: jobs++, input, onTimes, resolve, reject, patience };
      waiting.add(one);
      queue.push(one);
      if (seats.length < Math.max(1, size) && !seats.some((other) => other.room() === 'idle'))
        seats.push(start());
      take();
    });
  }

  return {
    verify: async (input, follow): Promise<BundleResult> => {
      if (input.jws.length < smallBelow || !canTravel(input)) return verifyBundle(input);
      if (closed) throw stopping();
      if (waiting.size >= maxQueued) {
        throw new AvailabilityError('overloaded', `${waiting.size} submissions wait to be verified`);
      }
      let times: ThreadTimes | undefined;
      try {
        return await enqueue(input, (told) => {
          times = told;
        });
      } finally {
        // Here, in what asked, and not in the event that brought the answer.
        if (times !== undefined) follow?.(times);
      }
    },
    load: () => ({ threads: seats.length, waiting: waiting.size }),
    close: async () => {
      closed = true;
      for (const { reject, patience } of waiting) {
        clearTimeout(patience);
        reject(stopping());
      }
      queue.length = 0;
      await Promise.all(seats.map((one) => one.close()));
    },
  };
}
