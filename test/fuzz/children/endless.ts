import { parentPort, workerData } from 'node:worker_threads';
import type { Lot } from '../lots.ts';
import { Window } from '../window.ts';

/** A thread whose lots numbered 1 end in an input that is read for ever, and the others at once. */
const window = new Window(workerData as SharedArrayBuffer); // of the test's crew

parentPort?.on('message', ({ number, runs }: Lot) => {
  window.show(Uint8Array.of(number));
  if (number === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  parentPort?.postMessage({ runs, accepted: 0, cpuMs: 0, found: null });
});
parentPort?.postMessage(null);
