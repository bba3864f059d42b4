import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { TransferredResult } from '../../evidence/bundle/transfer/verify.ts';
import { AvailabilityError } from '../errors.ts';
import { type AnswerMessage, type JobMessage, READY, type WorkerSetup } from './messages.ts';

/** A place for one thread: who sits there may change. */
export type Seat = {
  readonly isFree: () => boolean;
  /** @throws AvailabilityError `verification_unavailable` where the thread died over it; Error where the verifier failed */
  readonly ask: (message: JobMessage) => Promise<TransferredResult>;
  readonly close: () => Promise<void>;
};

export type SeatOptions = WorkerSetup & {
  readonly deadlineMs: number;
  readonly report: (message: string) => void;
  /** Called whenever the seat may be asked again. */
  readonly onFree: () => void;
  /** What runs in the thread. Default: worker.ts. */
  readonly script?: URL;
};

export type SeatFactory = (options: SeatOptions) => Seat;

/** In the source tree TypeScript, in the package JavaScript: Node strips types from the one alone. */
const SCRIPT = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** A thread that dies again and again is not started faster than this: whatever kills it must not cost a core. */
const RESTART_MS = 250;
const LONGEST_RESTART_MS = 30_000;

/** Many times what a bundle and all that is remembered of others take. */
const HEAP_MB = 512;

/**
 * Below this a thread's heap is not searched for garbage. By itself V8 begins near what is in use, 16 MB, and marks it all
 * again after every ninth bundle; it takes no such option for one thread, only for those that start from now on.
 */
const QUIET_HEAP_MB = 128;

type Asked = {
  readonly job: number;
  readonly resolve: (result: TransferredResult) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

export const startSeat: SeatFactory = ({ key, deadlineMs, report, onFree, script = SCRIPT }) => {
  let worker: Worker | null = null;
  let ready = false;
  let asked: Asked | null = null;
  let restart: NodeJS.Timeout | null = null;
  let deaths = 0;
  let closed = false;

  const begin = (): void => {
    const setup: WorkerSetup = { key };
    setFlagsFromString(`--initial-heap-size=${QUIET_HEAP_MB}`);
    const started = new Worker(script, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker = started;
    started.unref();
    started.on('message', (message: AnswerMessage | typeof READY | null) => {
      if (message === READY) ready = true;
      else if (!answered(message)) return;
      onFree();
    });
    started.on('error', (error) => report(`a verifying thread failed: ${error.message}`));
    started.on('exit', () => {
      if (worker === started) gone();
    });
  };

  /** Ends the job with whatever it came to. */
  const settle = (end: (job: Asked) => void): void => {
    const job = asked;
    if (job === null) return;
    asked = null;
    clearTimeout(job.timer);
    end(job);
  };

  /** Whether that was the answer that is waited for. */
  const answered = (answer: AnswerMessage | null): boolean => {
    // A message that is none is waited out: thrown here, an error would end the process and not the thread.
    if (asked === null || answer?.job !== asked.job) return false;
    deaths = 0;
    settle((job) => {
      if ('result' in answer) job.resolve(answer.result);
      else job.reject(new Error(`verification failed in its thread: ${answer.failed}`));
    });
    return true;
  };

  const gone = (): void => {
    worker = null;
    ready = false;
    settle((job) => job.reject(unavailable('the thread that verified it ended')));
    if (closed) return;
    const delay = Math.min(RESTART_MS * 2 ** deaths++, LONGEST_RESTART_MS);
    report(`a verifying thread ended; another starts in ${delay} ms`);
    restart = setTimeout(begin, delay);
    restart.unref();
  };

  begin();
  return {
    isFree: () => ready && asked === null && !closed,
    ask: (message) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          report(`a verifying thread took longer than ${deadlineMs} ms over one submission and is ended`);
          void worker?.terminate();
        }, deadlineMs);
        asked = { job: message.job, resolve, reject, timer };
        worker?.postMessage(message);
      }),
    close: async () => {
      closed = true;
      if (restart !== null) clearTimeout(restart);
      settle((job) => job.reject(unavailable('the verifier is stopping')));
      await worker?.terminate();
    },
  };
};

function unavailable(why: string): AvailabilityError {
  return new AvailabilityError('verification_unavailable', `nothing was verified: ${why}`);
}
