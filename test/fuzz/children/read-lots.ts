import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from '../campaign.ts';
import type { Lot } from '../lots.ts';
import { prepareTargets } from '../prepared.ts';
import { rememberSignatures } from '../remembered-signatures.ts';
import { Window } from '../window.ts';

/** A thread that reads one lot after the other, and shows each input before it reads it: see crew.ts, which starts it. */
const window = new Window(workerData as SharedArrayBuffer); // of our own crew
rememberSignatures();
const targets = await prepareTargets();

parentPort?.on('message', ({ target, runs, seed }: Lot) => {
  const prepared = targets.get(target)?.();
  if (prepared === undefined) throw new TypeError(`there is no target ${target}`);
  parentPort?.postMessage(fuzz({ ...prepared, runs, seed, onInput: (input) => window.show(input) }));
});
parentPort?.postMessage(null);
