import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** As long as a report of a GPU. */
const SIGNED_BYTES = 1_500;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const signed = randomBytes(SIGNED_BYTES);
const signature = sign('sha384', signed, privateKey);

/** Verifies as many signatures as it is told, and says so. */
parentPort?.on('message', (count: number) => {
  for (let turn = 0; turn < count; turn++)
    if (!verify('sha384', signed, publicKey, signature)) throw new Error('the signature was refused');
  parentPort?.postMessage(count);
});
