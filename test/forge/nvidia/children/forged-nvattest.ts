import { fromHex } from '../../../../src/bytes/text.ts';
import { forgeNvidiaGpu } from '../../../../src/forge/nvidia/gpu.ts';

/** Stands in for `nvattest collect-evidence` on a host with two forged GPUs: `node forged-nvattest.ts collect-evidence …`. */
const nonce = process.argv[process.argv.indexOf('--nonce') + 1] ?? '';
const evidences = [forgeNvidiaGpu(), forgeNvidiaGpu()].map((gpu) => gpu.collected(fromHex(nonce, 'nonce')));
process.stdout.write(JSON.stringify({ evidences, result_code: 0, result_message: 'Ok' }));
