import { Worker } from 'node:worker_threads';
import { SentDocuments } from '../../evidence/bundle/transfer/documents.ts';
import { toJob } from '../../evidence/bundle/transfer/job.ts';
import type { TransferredResult } from '../../evidence/bundle/transfer/verify.ts';
import type { BundleInput } from '../../evidence/bundle/verify.ts';
import { AvailabilityError } from '../errors.ts';
import type { ThreadTimes } from './bundle-verifier.ts';
import { type Claim, claims, newClaim } from './claim.ts';
import { type AnswerMessage, type JobMessage, READY, type WorkerSetup } from './messages.ts';

export type SeatJob = {
  readonly job: number;
  /** One that can travel. */
  readonly input: BundleInput;
  /** Called once its own time runs; at once where nothing else is under way. */
  readonly onBegun: () => void;
  /** Called before the answer, with what the thread says of its time. */
  readonly onTimes?: ((times: ThreadTimes) => void) | undefined;
};

/** A place for one thread: who sits there may change. It does one job, and holds one more that it begins next. */
export type Seat = {
  /** `idle`: a job would begin at once. `ahead`: as soon as the one under way is answered. */
  readonly room: () => 'idle' | 'ahead' | 'none';
  /**
   * @throws AvailabilityError `verification_unavailable` where the thread died over it; {@link NotBegun} where the thread died
   *   before it, or it was given back; Error where the verifier failed
   */
  readonly ask: (job: SeatJob) => Promise<TransferredResult>;
  /** Gives back what it holds and has not begun; false where there is nothing of that kind. */
  readonly giveBack: () => boolean;
  readonly close: () => Promise<void>;
};

/** Nothing was done of a job, and any thread may do it. */
export class NotBegun extends Error {}

export type SeatOptions = WorkerSetup & {
  readonly deadlineMs: number;
  readonly report: (message: string) => void;
  /** Called whenever there is room again. */
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
/** What is new of it: by itself V8 would take 128 MB of garbage for each thread before it looks. */
const YOUNG_MB = 24;

type Asked = {
  readonly job: number;
  readonly claim: Claim;
  readonly onBegun: () => void;
  readonly onTimes: SeatJob['onTimes'];
  readonly resolve: (result: TransferredResult) => void;
  readonly reject: (error: Error) => void;
};

export const startSeat: SeatFactory = ({ key, deadlineMs, report, onFree, script = SCRIPT }) => {
  let worker: Worker | null = null;
  let ready = false;
  let sent = new SentDocuments();
  let underWay: Asked | null = null;
  let next: Asked | null = null;
  let deadline: NodeJS.Timeout | null = null;
  let restart: NodeJS.Timeout | null = null;
  let deaths = 0;
  let closed = false;

  const start = (): void => {
    const setup: WorkerSetup = { key };
    const started = new Worker(script, {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    worker = started;
    sent = new SentDocuments();
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

  /** From now on it is this job's time that runs. */
  const begin = (asked: Asked): void => {
    underWay = asked;
    deadline = setTimeout(() => {
      report(`a verifying thread took longer than ${deadlineMs} ms over one submission and is ended`);
      void worker?.terminate();
    }, deadlineMs);
    asked.onBegun();
  };

  /** Ends the job under way with whatever it came to; what was held is begun by then. */
  const settle = (end: (asked: Asked) => void): void => {
    const asked = underWay;
    if (asked === null) return;
    underWay = null;
    if (deadline !== null) clearTimeout(deadline);
    const following = next;
    next = null;
    if (following !== null) begin(following);
    end(asked);
  };

  /** Whether that was the answer that is waited for. */
  const answered = (answer: AnswerMessage | null): boolean => {
    // A message that is none is waited out: thrown here, an error would end the process and not the thread.
    if (underWay === null || answer?.job !== underWay.job) return false;
    deaths = 0;
    settle(({ resolve, reject, onTimes }) => {
      if (answer.times !== undefined) onTimes?.(answer.times);
      if ('result' in answer) resolve(answer.result);
      else reject(new Error(`verification failed in its thread: ${answer.failed}`));
    });
    return true;
  };

  /** What the thread had not begun, no thread has. */
  const giveBack = (): boolean => {
    if (next === null || !claims(next.claim)) return false;
    const { reject } = next;
    next = null;
    reject(new NotBegun());
    return true;
  };

  const failAll = (why: string): void => {
    settle(({ reject }) => reject(unavailable(why)));
    settle(({ reject }) => reject(unavailable(why)));
  };

  const gone = (): void => {
    worker = null;
    ready = false;
    giveBack();
    failAll('the thread that verified it ended');
    if (closed) return;
    const delay = Math.min(RESTART_MS * 2 ** deaths++, LONGEST_RESTART_MS);
    report(`a verifying thread ended; another starts in ${delay} ms`);
    restart = setTimeout(start, delay);
    restart.unref();
  };

  start();
  return {
    room: () => {
      if (!ready || closed || next !== null) return 'none';
      return underWay === null ? 'idle' : 'ahead';
    },
    ask: ({ job, input, onBegun, onTimes }) =>
      new Promise((resolve, reject) => {
        const message: JobMessage = { job, claim: newClaim(), bundle: toJob(input, sent) };
        worker?.postMessage(message);
        const asked = { job, claim: message.claim, onBegun, onTimes, resolve, reject };
        if (underWay === null) begin(asked);
        else next = asked;
      }),
    giveBack,
    close: async () => {
      closed = true;
      if (restart !== null) clearTimeout(restart);
      failAll('the verifier is stopping');
      await worker?.terminate();
    },
  };
};

function unavailable(why: string): AvailabilityError {
  return new AvailabilityError('verification_unavailable', `nothing was verified: ${why}`);
}
