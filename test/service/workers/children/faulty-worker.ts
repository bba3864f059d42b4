import { parentPort, workerData } from 'node:worker_threads';
import { KnownDocuments } from '../../../../src/evidence/bundle/transfer/documents.ts';
import { anchorMemory, fromJob } from '../../../../src/evidence/bundle/transfer/job.ts';
import { verifyForTransfer } from '../../../../src/evidence/bundle/transfer/verify.ts';
import { claims } from '../../../../src/service/workers/claim.ts';
import { CODEC } from '../../../../src/service/workers/codec.ts';
import { type JobMessage, READY, type WorkerSetup } from '../../../../src/service/workers/messages.ts';

/** A worker that does what the nonce of the session says, and answers well otherwise. */
const { key } = workerData as WorkerSetup; // of the pool under test
const anchorOf = anchorMemory();
const documents = new KnownDocuments();

parentPort?.on('message', ({ job, claim, bundle }: JobMessage) => {
  documents.admit(bundle.delivery);
  if (!claims(claim)) return;
  const fault = bundle.session.nonce;
  if (fault === 'crash') process.exit(7);
  if (fault === 'throw') throw new Error('as the test has it');
  if (fault === 'hang') for (;;);
  // Likewise, and at no cost.
  if (fault === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (fault === 'nothing') return parentPort?.postMessage(null);
  if (fault === 'empty') return parentPort?.postMessage({ job, result: null });
  if (fault === 'no-mac') return parentPort?.postMessage({ job, result: { bytes: new Uint8Array(9) } });
  if (fault === 'fail') return parentPort?.postMessage({ job, failed: 'as the test has it' });
  const input = fromJob(bundle, documents, anchorOf);
  // An answer to another job, by another key, and one that was changed on its way.
  if (fault === 'other-job') return post(job, verifyForTransfer(input, { key, job: job + 1 }, CODEC));
  const other = new Uint8Array(32);
  if (fault === 'other-key') return post(job, verifyForTransfer(input, { key: other, job }, CODEC));
  const result = verifyForTransfer(input, { key, job }, CODEC);
  if (fault === 'changed') result.bytes[40] = (result.bytes[40] ?? 0) ^ 1;
  return post(job, result);
});

parentPort?.postMessage(READY);

function post(job: number, result: ReturnType<typeof verifyForTransfer>): void {
  parentPort?.postMessage({ job, result });
}
