import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { KnownDocuments } from '../../evidence/bundle/transfer/documents.ts';
import { anchorMemory, type BundleJob, fromJob } from '../../evidence/bundle/transfer/job.ts';
import { verifyForTransfer } from '../../evidence/bundle/transfer/verify.ts';
import { claims } from './claim.ts';
import { CODEC } from './codec.ts';
import { type AnswerMessage, type JobMessage, READY, type WorkerSetup } from './messages.ts';

/** A thread that verifies bundles: see pool.ts, which starts it. It keeps nothing but documents and what verification remembers. */
const { key } = workerData as WorkerSetup; // of our own pool
const anchorOf = anchorMemory();
const documents = new KnownDocuments();

parentPort?.on('message', ({ job, claim, bundle }: JobMessage) => {
  // A thread that lost count of its documents ends here, and the next one is sent them again.
  documents.admit(bundle.delivery);
  if (!claims(claim)) return;
  const answered = answer(job, bundle);
  // Handed over, not copied once more.
  parentPort?.postMessage(answered, 'result' in answered ? [answered.result.bytes.buffer] : []);
});

// Everything is loaded: what Node read of the compile cache would lie in memory for as long as the thread lives.
flushCompileCache();
parentPort?.postMessage(READY);

function answer(job: number, bundle: BundleJob): AnswerMessage {
  const beganMs = nowMs();
  try {
    const result = verifyForTransfer(fromJob(bundle, documents, anchorOf), { key, job }, CODEC);
    return { job, times: { beganMs, endedMs: nowMs() }, result };
  } catch (error) {
    const times = { beganMs, endedMs: nowMs() };
    return { job, times, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
