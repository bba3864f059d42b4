import { parentPort, workerData } from 'node:worker_threads';
import { anchorMemory, fromJob } from '../../evidence/bundle/transfer/job.ts';
import { verifyForTransfer } from '../../evidence/bundle/transfer/verify.ts';
import { CODEC } from './codec.ts';
import { type AnswerMessage, type JobMessage, READY, type WorkerSetup } from './messages.ts';

/** A thread that verifies bundles: see pool.ts, which starts it. It keeps nothing but what verification remembers. */
const { key } = workerData as WorkerSetup; // of our own pool
const anchorOf = anchorMemory();

parentPort?.on('message', ({ job, bundle }: JobMessage) => {
  const answered = answer(job, bundle);
  // Handed over, not copied once more.
  parentPort?.postMessage(answered, 'result' in answered ? [answered.result.bytes.buffer] : []);
});

parentPort?.postMessage(READY);

function answer(job: number, bundle: JobMessage['bundle']): AnswerMessage {
  try {
    return { job, result: verifyForTransfer(fromJob(bundle, anchorOf), { key, job }, CODEC) };
  } catch (error) {
    return { job, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
